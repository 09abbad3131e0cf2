"""Parts of the platform, one file each."""
