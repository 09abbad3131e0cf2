"""Rules between settings, and loading of environments."""
