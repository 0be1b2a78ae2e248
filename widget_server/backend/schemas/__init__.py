"""The messages of the API: what comes in is checked here, field by field."""
