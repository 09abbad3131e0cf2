"""The EKS cluster: control plane, security groups, access, add-ons, nodes and shared storage."""
