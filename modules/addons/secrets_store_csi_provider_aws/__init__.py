"""`platform.secrets_store_csi_provider_aws`."""
