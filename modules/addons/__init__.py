"""Add-ons: what is installed in a cluster with Helm, as data, and one renderer for all of it."""
