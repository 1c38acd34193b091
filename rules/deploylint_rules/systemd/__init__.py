"""Rules on systemd units."""
