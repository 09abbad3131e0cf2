"""What an environment costs in a month, by its Terraform JSON and dated prices."""
