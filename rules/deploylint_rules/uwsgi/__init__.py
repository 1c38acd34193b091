"""Rules on uWSGI's configuration."""
