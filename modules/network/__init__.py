"""The VPC and everything in it that is not a workload."""
