"""The security gates: IAM documents, checkov and tf-nag over every synthesized stack."""
