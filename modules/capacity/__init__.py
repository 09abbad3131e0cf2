"""Whether the platform's pods fit on its nodes, from the same data as the Terraform output."""
