"""The engine: which starts are open. Pure functions of their arguments."""
