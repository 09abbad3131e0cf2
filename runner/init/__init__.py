"""A new environment from an example (M8): `make init`."""
