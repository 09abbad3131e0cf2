"""`make check`: whether an AWS account has what an environment needs, before the first apply.

It only reads. What is needed comes from the synthesized JSON of all stacks and from the
environment; what there is, from AWS.
"""
