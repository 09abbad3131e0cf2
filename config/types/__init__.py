"""Scalar types of settings."""
