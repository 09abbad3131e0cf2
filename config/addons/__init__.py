"""Settings of add-ons: a module for each key of the `platform` section."""
