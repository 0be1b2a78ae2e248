"""Who may call, how often, and what headers go with an answer."""
