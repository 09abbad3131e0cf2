"""Rules of the `teams` section."""
