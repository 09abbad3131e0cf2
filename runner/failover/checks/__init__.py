"""What is looked at before requests are led to one region; each only reads."""
