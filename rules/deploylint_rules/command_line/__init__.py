"""Rules on command lines, in whatever file they stand."""
