"""Rules on supervisor's configuration."""
