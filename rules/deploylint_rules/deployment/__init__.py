"""Rules that look across files."""
