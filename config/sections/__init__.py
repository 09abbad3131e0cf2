"""Sections of an environment: a file for each top-level key."""
