"""The life of a state backend: its bootstrap and its end."""
