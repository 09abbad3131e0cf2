"""Settings of add-ons: a file for each key of the platform section."""
