"""What an environment file may contain: the typed model, its reader, and what is derived from it."""
