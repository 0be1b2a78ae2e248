"""The writing side: one verb a file."""
