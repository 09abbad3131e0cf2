"""Karpenter's AWS resources: roles of controller and nodes, and the interruption queue."""
