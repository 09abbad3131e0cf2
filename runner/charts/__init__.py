"""The charts of an environment: where they come from, and how they are fetched."""
