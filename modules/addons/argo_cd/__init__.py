"""`platform.argo_cd`."""
