"""From YAML to a model, with places and words; knows nothing of EKS."""
