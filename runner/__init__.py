"""Runs the synthesized stacks with the terraform binary, in order."""
