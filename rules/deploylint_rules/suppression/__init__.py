"""Rules on the comments and baselines that hide findings."""
