"""Rules of the `regions` and `routing` sections."""
