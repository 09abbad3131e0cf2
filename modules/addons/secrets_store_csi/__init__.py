"""`platform.secrets_store_csi`."""
