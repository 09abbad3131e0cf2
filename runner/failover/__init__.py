"""`make failover` and `make failback`: regions are turned off and on by hand (K2)."""
