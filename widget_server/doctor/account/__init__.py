"""An account on the platform, looked at by asking it: read only, and told by keys and types."""
