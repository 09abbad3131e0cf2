"""Who reaches whom in an environment, read from its network policies."""
