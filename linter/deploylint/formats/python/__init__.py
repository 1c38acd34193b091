"""Python files: as far as the deployment depends on what they say. Nothing is ever imported or run."""
