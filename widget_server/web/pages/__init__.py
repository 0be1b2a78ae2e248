"""Hosted pages that work without JavaScript."""
