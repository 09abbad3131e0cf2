"""`platform.fluent_bit`."""
