"""Everything that speaks HTTP to visitors, apps and the platform's webhooks."""
