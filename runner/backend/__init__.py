"""Creates and destroys a state backend."""
