"""The front door: load balancer, target groups, certificate, DNS records, WAF, inspection."""
