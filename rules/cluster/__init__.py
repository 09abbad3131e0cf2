"""Rules of the `cluster` section."""
