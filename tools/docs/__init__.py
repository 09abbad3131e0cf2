"""Generators of documents, the JSON Schema and the platform section."""
