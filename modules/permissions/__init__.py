"""What Terraform needs of IAM for a stack, derived from the resources that the stack holds.

The YAML files say what the AWS provider calls for each type of resource, and `grants.py` reads
them. What is made of them: policies for plan and apply (`policies.py`), and the boundary of the
roles that an apply makes (`boundary.py`).
"""
