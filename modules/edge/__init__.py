"""The front door: load balancer, target groups, certificate, names, firewall, inspection."""
