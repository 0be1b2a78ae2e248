"""What was claimed, sent and confirmed; survives a crash at any point."""
