"""Domain names, health checks and certificates of a platform in several regions."""
