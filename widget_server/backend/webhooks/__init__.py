"""Telling other programs what happened: to whom, in which form, and how it gets there safely."""
