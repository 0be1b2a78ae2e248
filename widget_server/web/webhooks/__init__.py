"""The platform's events as they come in: hints that something is to be looked at again."""
