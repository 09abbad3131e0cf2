"""CloudWatch log groups."""
