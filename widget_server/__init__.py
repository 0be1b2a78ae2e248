"""Availability and self-booking for businesses.

Holds the version only, so that importing one room of the house (the engine, say) loads no other.
"""

__version__ = "0.1.0"
