"""Namespaces of teams, and who may do what in them and in the cluster."""
