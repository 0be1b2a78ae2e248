"""A demo business that looks like a real one."""
