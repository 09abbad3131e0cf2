"""What an environment file may contain: the typed model, its reader, and derived values."""
