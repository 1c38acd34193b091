"""Rules on Dockerfiles."""
