"""The embedded booking system, sealed behind the platform's own HTTP contract."""
