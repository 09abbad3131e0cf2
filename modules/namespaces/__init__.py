"""Namespaces of teams: quotas, network policies, role bindings."""
