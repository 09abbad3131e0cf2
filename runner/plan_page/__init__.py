"""One page of a plan, or of what changed outside Terraform, for all stacks of a platform."""
