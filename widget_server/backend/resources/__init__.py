"""The resources of the API, one module each; their views only join schema, rule and record."""
