"""The Terraform state backend: what it is made of, who may use it, how stacks are wired to it."""
