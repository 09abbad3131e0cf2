"""Scalar types of settings. A type with a single use stays beside its setting."""
