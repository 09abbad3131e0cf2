"""The pipelines of a repository that plans and applies environments."""
