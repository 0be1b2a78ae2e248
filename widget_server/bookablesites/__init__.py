"""The platform's API, spoken in this one place."""
