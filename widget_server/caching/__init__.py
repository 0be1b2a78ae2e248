"""How fresh an answer is, and who fetches it anew."""
