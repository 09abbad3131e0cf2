"""`make upgrade-plan`: the order of an upgrade by one minor, and what would block it.

What changes comes from the synthesized JSON of both versions; what blocks, from the JSON, from the
Kubernetes API of a kubeconfig, and from EKS. It changes nothing but, with `--write`, the
environment's file.
"""
