"""The network stack: VPC, subnets, routes, NAT, endpoints, flow logs."""
