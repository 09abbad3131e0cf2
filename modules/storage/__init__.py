"""Storage: hardened S3 buckets."""
