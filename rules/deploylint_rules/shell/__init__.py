"""Rules on shell scripts."""
