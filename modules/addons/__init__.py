"""Add-ons as data, one folder for each key of the `platform` section."""
