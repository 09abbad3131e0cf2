"""Fetches the prices of a region from AWS's public price list."""
