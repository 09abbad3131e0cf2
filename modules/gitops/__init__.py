"""The AWS side of GitOps."""
