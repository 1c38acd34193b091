"""Rules on env files."""
