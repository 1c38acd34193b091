"""Rules on nginx's configuration."""
