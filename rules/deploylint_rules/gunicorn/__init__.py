"""Rules on gunicorn's settings."""
