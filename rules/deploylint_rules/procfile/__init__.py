"""Rules on Procfiles."""
