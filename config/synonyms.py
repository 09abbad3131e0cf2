"""What other tools call a setting, for "did you mean" where no setting is spelled like it.

"" stands for what is no setting.
"""

from typing import Final

SYNONYMS: Final[dict[str, str]] = {
    # There is no such setting, and none that could be mistaken for it.
    "subnet_ids": "",
    "permissions_boundary": "",
    "iam_role_permissions_boundary": "",
    "vpc_id": "network.existing.vpc_id",
    "private_subnet_ids": "network.existing.private",
    "public_subnet_ids": "network.existing.public",
    "control_plane_subnet_ids": "network.existing.control_plane",
    "account_id": "account",
    "aws_account": "account",
    "aws_account_id": "account",
    "aws_region": "region",
    "location": "region",
    "administrators": "admins",
    "default_tags": "tags",
    "backend": "state",
    "state_bucket": "state.bucket",
    "replica_region": "state.replica_region",
    "vpc": "network",
    "vpc_cidr": "network.cidr",
    "cidr_block": "network.cidr",
    "azs": "network.availability_zones",
    "zones": "network.availability_zones",
    "prefix_reservation": "network.pods.prefix_reservation",
    "secondary_cidr_blocks": "network.pods.secondary_cidr",
    "intra_subnets": "network.control_plane_subnets",
    "nat_gateway": "network.nat",
    "nat_gateways": "network.nat",
    "enable_nat_gateway": "network.nat",
    "single_nat_gateway": "network.nat",
    "one_nat_gateway_per_az": "network.nat",
    "vpc_endpoints": "network.additional_interface_endpoints",
    "enable_flow_log": "network.flow_logs",
    "load_balancer_type": "edge.load_balancer",
    "waf_enabled": "edge.waf",
    "eks": "cluster",
    "cluster_name": "cluster.name",
    "cluster_version": "cluster.version",
    "kubernetes_version": "cluster.version",
    "k8s_version": "cluster.version",
    "access_entries": "cluster.access",
    "cluster_addons": "cluster.addons",
    "cluster_endpoint_public_access": "cluster.endpoint.public",
    "endpoint_public_access": "cluster.endpoint.public",
    "public_access_cidrs": "cluster.endpoint.public_access_cidrs",
    "service_ipv4_cidr": "cluster.service_cidr",
    "managed_node_groups": "cluster.node_groups",
    "eks_managed_node_groups": "cluster.node_groups",
}
"""From terraform-aws-modules/vpc and /eks, eksctl and the AWS provider, in snake case."""
