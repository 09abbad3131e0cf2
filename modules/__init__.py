"""The constructs of the stacks, one concept per file.

A module places its resources directly into the given scope, with ids that make readable Terraform
addresses (`aws_subnet.private_a`). The ids are a contract: a changed id replaces the resource.
"""
