"""Rows of docs/requirements.md are in the output of the example that carries them (L13)."""

import re
from pathlib import Path
from typing import Final

import pytest

from support.output import Output

PROJECT: Final = Path(__file__).parents[2]

ROWS: Final = {
    "A1": (
        "prod",
        "network",
        (
            '"cidr_block": "10.0.0.0/16"',
            '"enable_dns_hostnames": true',
            "aws_flow_log",
            "aws_default_security_group",
        ),
    ),
    "A2": (
        "prod",
        "network",
        ('"10.0.1.0/24"', '"10.0.2.0/24"', '"10.0.3.0/24"', "kubernetes.io/role/elb"),
    ),
    "A3": (
        "prod",
        "network",
        (
            '"10.0.11.0/24"',
            '"10.0.12.0/24"',
            '"10.0.13.0/24"',
            "kubernetes.io/role/internal-elb",
            "karpenter.sh/discovery",
        ),
    ),
    "A4": (
        "prod",
        "network",
        ('"10.0.21.0/24"', '"10.0.22.0/24"', '"10.0.23.0/24"', "aws_db_subnet_group"),
    ),
    "A5": ("prod", "network", ("aws_internet_gateway", "public_internet")),
    "A6": ("prod", "network", ("nat_a", "nat_b", "nat_c")),
    "A7": ("prod", "network", ("aws_route_table", "private_a", "database_a", "pods_a")),
    "A8": (
        "isolated",
        "network",
        (
            "com.amazonaws.eu-west-1.s3",
            "com.amazonaws.eu-west-1.dynamodb",
            '"vpc_endpoint_type": "Interface"',
            "com.amazonaws.eu-west-1.ecr.api",
        ),
    ),
    "A9": ("prod", "network", ("aws_ec2_subnet_cidr_reservation", '"reservation_type": "prefix"')),
    "A10": ("inspection", "edge", ("inspection_gateway_association", "0.0.0.0/1")),
    "A11": ("dev", "network", ("aws_subnet.private_a.id", "aws_subnet.private_b.id")),
    "B1": (
        "prod",
        "state",
        (
            "aws_s3_bucket_versioning",
            "aws_s3_bucket_public_access_block",
            "aws:SecureTransport",
            "aws_s3_bucket_logging",
        ),
    ),
    "B2": (
        "prod",
        "state",
        ('"hash_key": "LockID"', '"billing_mode": "PAY_PER_REQUEST"', "point_in_time_recovery"),
    ),
    "B3": (
        "prod",
        "platform",
        (
            '"key": "prod/platform.tfstate"',
            '"dynamodb_table": "prod-tfstate-lock"',
            '"use_lockfile": true',
        ),
    ),
    "B5": ("prod", "state", ("state_access_network", "WriteState", "LockItem")),
    "B6": ("prod", "state", ("aws_s3_bucket_replication_configuration", "eu-central-1")),
    "C1": (
        "prod",
        "cluster",
        (
            '"endpoint_private_access": true',
            '"endpoint_public_access": false',
            '"authentication_mode": "API"',
            "controllerManager",
            '"deletion_protection": true',
        ),
    ),
    "C2": (
        "prod",
        "cluster",
        ("encryption_config", "aws_kms_key.cluster_key.arn", '"enable_key_rotation": true'),
    ),
    "C3": (
        "prod",
        "cluster",
        (
            '"addon_name": "coredns"',
            '"addon_name": "kube-proxy"',
            '"addon_name": "vpc-cni"',
            '"addon_name": "eks-pod-identity-agent"',
        ),
    ),
    "C4": ("prod", "cluster", ('\\"mode\\": \\"iptables\\"',)),
    "C5": ("full", "platform", ("SecurityGroupPolicy",)),
    "C6": (
        "prod",
        "cluster",
        (
            "aws_eks_node_group",
            '"http_tokens": "required"',
            '"encrypted": "true"',
            "node_repair_config",
        ),
    ),
    "C7": ("prod", "cluster", ("control_plane", '"from_port": 443')),
    "C8": ("prod", "cluster", ('"from_port": 10250', '"from_port": 53')),
    "C9": ("prod", "edge", ("aws_security_group", '"from_port": 443', '"from_port": 80')),
    "C10": ("spot-batch", "platform", ("instanceStorePolicy", "RAID0")),
    "D1": ("prod", "cluster", ("aws_eks_access_entry", "AmazonEKSClusterAdminPolicy")),
    "D2": ("gitops", "platform", ("kubernetes_role_binding_v1",)),
    "D3": ("prod", "cluster", ("aws_eks_pod_identity_association", "pods.eks.amazonaws.com")),
    "D4": (
        "prod",
        "cluster",
        ('"bootstrap_cluster_creator_admin_permissions": false', "role/platform-admin"),
    ),
    "E1": (
        "prod",
        "cluster",
        (
            "KarpenterController-prod",
            "karpenter_interruption",
            "EC2_LINUX",
            "aws_cloudwatch_event_rule",
        ),
    ),
    "E2": ("prod", "platform", ('"chart": "karpenter-crd"', '"chart": "karpenter"')),
    "E3": (
        "full",
        "platform",
        ("NodePool", "EC2NodeClass", "consolidationPolicy", "expireAfter", "budgets"),
    ),
    "E4": ("gitops", "platform", ("ApplicationSet", "apps/*")),
    "E5": ("gitops", "platform", ('"chart": "vertical-pod-autoscaler"', "apps/*")),
    "E6": ("cluster-autoscaler", "platform", ("autoDiscovery", "cluster-autoscaler")),
    "F1": ("prod", "platform", ('"chart": "aws-load-balancer-controller"',)),
    "F2": ("prod", "edge", ('"load_balancer_type": "application"', '"target_type": "ip"')),
    "F3": (
        "prod",
        "platform",
        ('"chart": "nginx-ingress"', "topologySpreadConstraints", "TargetGroupBinding"),
    ),
    "F4": ("haproxy", "edge", ('"load_balancer_type": "network"',)),
    "F5": ("haproxy", "platform", ("kubernetes-ingress",)),
    "F6": ("prod", "platform", ('"chart": "cert-manager"', "cainjector")),
    "F7": (
        "prod",
        "platform",
        (
            "ClusterIssuer",
            "acme-staging-v02.api.letsencrypt.org",
            "acme-v02.api.letsencrypt.org",
            "http01",
            "dns01",
        ),
    ),
    "F8": ("traefik-acme", "platform", ("certificatesResolvers", "tlsChallenge")),
    "F9": ("prod", "edge", ("ELBSecurityPolicy-TLS13-1-3",)),
    "F10": ("full", "platform", ('"chart": "external-dns"',)),
    "G1": ("prod", "platform", ('"chart": "argo-cd"', "applicationSet", "repoServer")),
    "G2": ("prod", "platform", ("redis-ha",)),
    "G3": ("gitops", "platform", ("dex.config", "connectors", "$argocd-github:client-secret")),
    "G4": ("gitops", "platform", ("ApplicationSet", "AppProject", "clusters/gitops")),
    "G5": (
        "gitops",
        "platform",
        (
            "kubernetes_resource_quota_v1",
            "kubernetes_limit_range_v1",
            "kubernetes_network_policy_v1",
            "pod-security.kubernetes.io/enforce",
        ),
    ),
    "G6": ("two-regions", "euw1-cluster", ("argocd_spoke_access", "aws:PrincipalArn")),
    "H1": ("prod", "platform", ("ebs.csi.aws.com", '"encrypted": "true"', "VolumeSnapshotClass")),
    "H2": (
        "prod",
        "cluster",
        ('"addon_name": "aws-efs-csi-driver"', "aws_efs_mount_target", '"encrypted": true'),
    ),
    "I1": (
        "prod",
        "platform",
        (
            '"chart": "kube-prometheus-stack"',
            '\\"retention\\": \\"15d\\"',
            "serviceMonitorSelectorNilUsesHelmValues",
        ),
    ),
    "I2": ("full", "platform", ("dashboards", "report-weekly", "report-monthly", "PlatformReport")),
    "I3": ("full", "platform", ("pagerduty_configs", "slack_configs", "sns_configs")),
    "I4": ("prod", "platform", ('"chart": "fluent-bit"',)),
    "I5": ("prod", "platform", ('"chart": "eck-stack"', "_ilm/policy")),
    "I6": ("prod", "platform", ("kibana",)),
    "I7": ("tracing", "platform", ("opentelemetry-collector", "tempo")),
    "J1": ("full", "cluster", ("volume_key_arn", "kms:GrantIsForAWSResource")),
    "J2": ("prod", "platform", ('"chart": "external-secrets"', "ClusterSecretStore")),
    "J3": ("full", "platform", ("PeerAuthentication", '\\"mode\\": \\"STRICT\\"')),
    "J4": ("cilium", "platform", ("wireguard",)),
    "J5": (
        "gitops",
        "platform",
        ("kubernetes_network_policy_v1", "default-deny", "platform-default-deny"),
    ),
    "J6": ("prod", "platform", ("pod-security.kubernetes.io/enforce",)),
    "J7": ("full", "platform", ('"chart": "falco"',)),
    "J8": ("full", "platform", ("kubernetes_default_service_account_v1", "allowed-registries")),
    "K1": ("two-regions", "euc1-routing", ("failover_routing_policy", "CALCULATED")),
    "K2": (
        "two-regions",
        "euw1-data",
        ("aws_efs_replication_configuration", "aws_s3_bucket_replication_configuration"),
    ),
    "K3": ("two-regions", "euc1-platform", ("clusterCredentials", "RollingSync", "cluster_euw1")),
    "K4": ("full", "account", ("aws_budgets_budget", "aws_ce_anomaly_monitor")),
    "K5": ("full", "platform", ('"chart": "opencost"',)),
    "L3": (
        "intranet",
        "edge",
        ('"internal": true', "intranet-edge-internal", "internal_zone"),
    ),
    "L4": (
        "queue-workers",
        "platform",
        (
            "sqs:ReceiveMessage",
            '"namespace": "shop"',
            '"target_role_arn"',
            "queue-workers.shop.orders",
        ),
    ),
    "L5": (
        "queue-workers",
        "platform",
        ("https://kedacore.github.io/charts", '"version": "2.21.0"', "sqs:GetQueueAttributes"),
    ),
    "L7": (
        "envoy-gateway",
        "platform",
        (
            "helm_release.gateway_api_crds",
            "gateway.envoyproxy.io/gatewayclass-controller",
            '\\"kind\\": \\"HTTPRoute\\"',
        ),
    ),
    "L8": ("gpu", "platform", ('"chart": "nvidia-device-plugin"', "nvidia.com/gpu")),
    "L9": (
        "auto-mode",
        "cluster",
        (
            "compute_config",
            "storage_config",
            "elastic_load_balancing",
            "AmazonEKSAutoNodePolicy",
            "AmazonEKSBlockStoragePolicyV2",
        ),
    ),
    "L10": (
        "capabilities",
        "cluster",
        ("aws_eks_capability", '"type": "ARGOCD"', '"type": "ACK"', '"type": "KRO"', "ssoins-"),
    ),
    "L11": (
        "amp",
        "platform",
        (
            "outputs.amp_endpoint}api/v1/remote_write",
            "aps:RemoteWrite",
            "__replica__",
            "grafana-amazonprometheus-datasource",
        ),
    ),
    "L12": (
        "gitops",
        "platform",
        ("aws_vpc_id", "has_cert_manager", "cert_manager_iam_role_arn"),
    ),
    "L1": ("existing-vpc", "network", ('"subnet-0a1b2c3d4e5f60020"', "postcondition")),
    "L2": (
        "given-roles",
        "cluster",
        (
            '"path": "/platform/"',
            '"permissions_boundary": "arn:aws:iam::123456789012:policy/security/workload-boundary"',
            '"role_arn": "arn:aws:iam::123456789012:role/security/eks-cluster"',
        ),
    ),
}
"""By id: example, stack, and what its JSON contains."""

COMMANDS: Final = {"B4", "L6", "L13", "L14"}
"""Rows of A to L that a command, a page or files of the user meet, which no output shows."""

STATES: Final = dict(
    re.findall(
        r"^\| ([A-L]\d+) \| [^|]* \| ([^|]*) \|",
        (PROJECT / "docs" / "requirements.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
)
"""What docs/requirements.md says of each row that an output can show."""


@pytest.mark.parametrize("row", ROWS)
def test_the_example_carries_the_row(output: Output, row: str) -> None:
    name, stack, expected = ROWS[row]
    text = output.stack(f"{name}-{stack}").text
    assert [each for each in expected if each not in text] == []


def test_every_row_that_is_met_is_carried_by_an_example() -> None:
    met = {row for row, state in STATES.items() if state.startswith("met")}
    assert len(met) > 60
    assert met - ROWS.keys() == COMMANDS


def test_the_table_of_requirements_names_the_example_that_carries_a_row() -> None:
    for row, state in STATES.items():
        named = re.findall(r"\[([\w-]+)]\(\.\./examples/environments/", state)
        assert not named or ROWS[row][0] in named, row


def test_the_page_of_the_reference_architecture_names_that_example_too() -> None:
    page = (PROJECT / "docs" / "reference-architecture.md").read_text(encoding="utf-8")
    for row, (name, _, _) in ROWS.items():
        [line] = re.findall(rf"^\| {row} \|.*$", page, re.MULTILINE)
        assert f"/{name}.yaml)" in line, row
