"""IAM roles and policies, KMS keys, and identities of service accounts."""
