"""Releases of charts of one's own."""
