"""The Terraform state backend: its resources, its access policies, and the stacks' use of it."""
