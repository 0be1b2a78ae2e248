"""The reading side: the business, its busy times, its open slots."""
