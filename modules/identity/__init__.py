"""IAM policies and KMS keys."""
