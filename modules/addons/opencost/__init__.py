"""`platform.opencost`."""
