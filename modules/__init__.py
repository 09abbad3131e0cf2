"""The constructs that stacks are composed of, one concept per file.

A module places its resources straight into the scope that it is given, under ids that
make readable Terraform addresses (`aws_subnet.private_a`). The ids are a contract: a
changed id replaces the resource.
"""
