"""`make versions`: compares config/versions.yaml with AWS and with the charts' repositories."""
