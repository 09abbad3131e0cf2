"""`platform.falco`."""
