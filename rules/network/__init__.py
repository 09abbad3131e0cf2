"""Rules of the `network` section."""
