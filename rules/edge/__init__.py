"""Rules of the `edge` section."""
