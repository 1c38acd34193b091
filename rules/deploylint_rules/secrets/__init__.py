"""Rules on secrets, in whatever file they stand."""
