"""The rules of the cluster's security groups as data, each with its reason.

EKS makes a "cluster security group", tagged `kubernetes.io/cluster/<name>: owned`, for the control
plane's network interfaces, and for nodes unless their launch template names groups. Ours does, so
that a node's interface has our node group only, and with it exactly one group with the cluster tag,
which the AWS Load Balancer Controller requires. The control plane's interfaces have both groups, so
that rules can name ours and do not depend on EKS's.

Sources: https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html and
https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from config.derived import fleet
from config.environment import Environment

Group = Literal["control_plane", "node", "file_system"]
Protocol = Literal["tcp", "udp", "-1"]

DESCRIPTIONS: Final[dict[Group, str]] = {
    "control_plane": "Kubernetes API, beside the group that EKS makes",
    "node": "Nodes and pods",
    "file_system": "Mount targets of the shared file system",
}

ANYWHERE: Final = "0.0.0.0/0"

REQUIRED: Final = (
    "https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html"
    "#security-group-restricting-cluster-traffic"
)


@dataclass(frozen=True)
class SecurityGroupRule:
    """Traffic that a group accepts from another group.

    Attributes:
        id: last part of the rules' construct ids.
        source: the group of the client.
        target: the group of the server.
        protocol: tcp, udp, or -1 for all.
        port: the server's port; None for all.
        description: the rule's description in AWS.
        reason: why it is needed, with the source.
    """

    id: str
    source: Group
    target: Group
    protocol: Protocol
    port: int | None
    description: str
    reason: str


@dataclass(frozen=True)
class CidrRule:
    """Traffic that a group accepts from a CIDR block, or sends to one.

    Attributes:
        id: last part of the rule's construct id, after the block.
        group: the group.
        direction: `in` for ingress, `out` for egress.
        cidr: the CIDR block.
        protocol: tcp or udp.
        port: the port; None for all.
        description: the rule's description in AWS.
        reason: why it is needed, with the source.
    """

    id: str
    group: Group
    direction: Literal["in", "out"]
    cidr: str
    protocol: Protocol
    port: int | None
    description: str
    reason: str


def _webhook(port: int, description: str, reason: str) -> SecurityGroupRule:
    return SecurityGroupRule(str(port), "control_plane", "node", "tcp", port, description, reason)


RULES: Final = (
    SecurityGroupRule(
        "api",
        "node",
        "control_plane",
        "tcp",
        443,
        "Kubernetes API, from nodes and pods",
        "EKS serves the API on 443 only. The reference's 22 and 6443 have nothing to open: there "
        "is no SSH to a managed control plane.",
    ),
    SecurityGroupRule(
        "all",
        "node",
        "node",
        "-1",
        None,
        "Node to node and pod to pod",
        "Pods listen on any port; network policies decide which pods reach them.",
    ),
    SecurityGroupRule(
        "kubelet",
        "control_plane",
        "node",
        "tcp",
        10250,
        "Kubelet: logs, exec, metrics; webhook of cert-manager",
        f"EKS lists it as required: {REQUIRED}. Webhooks of cert-manager and External "
        "Secrets serve on it as well.",
    ),
    SecurityGroupRule(
        "dns_tcp",
        "control_plane",
        "node",
        "tcp",
        53,
        "Cluster DNS",
        f"EKS lists it as required: {REQUIRED}",
    ),
    SecurityGroupRule(
        "dns_udp",
        "control_plane",
        "node",
        "udp",
        53,
        "Cluster DNS",
        f"EKS lists it as required: {REQUIRED}",
    ),
    _webhook(443, "Webhooks that listen on 443", "For those that listen where they are called."),
    _webhook(4443, "Metrics server of its chart", "The API server asks it for metrics.k8s.io."),
    _webhook(6443, "Webhooks that listen on 6443", "For example the Prometheus adapter's."),
    _webhook(8443, "Webhooks that listen on 8443", "Karpenter's and the NGINX controller's."),
    _webhook(9443, "Webhooks that listen on 9443", "The load balancer controller's and Kyverno's."),
    _webhook(10251, "Metrics server of the EKS add-on", "The add-on serves on this port."),
    SecurityGroupRule(
        "nfs",
        "node",
        "file_system",
        "tcp",
        2049,
        "NFS, from nodes",
        "The EFS driver mounts on the node, on behalf of pods.",
    ),
)
"""Requirements C7 and C8, and NFS of H2."""


ISTIOD_WEBHOOKS: Final = _webhook(
    15017,
    "Istio's webhooks",
    "The API server asks istiod for the sidecar of each new pod: "
    "https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio",
)
"""With Istio only. Nodes reach istiod's port 15012 by the rule from node to node."""


def security_group_rules(environment: Environment) -> Iterator[SecurityGroupRule]:
    """The rules between the groups of an environment."""
    groups = used_groups(environment)
    yield from (rule for rule in RULES if rule.target in groups)
    if environment.platform.istio.enabled:
        yield ISTIOD_WEBHOOKS


def cidr_rules(environment: Environment) -> Iterator[CidrRule]:
    """The rules of an environment that name a CIDR block."""
    cluster = environment.cluster
    protocols: tuple[Protocol, ...] = ("tcp", "udp")
    for protocol in protocols:
        yield CidrRule(
            f"internet_{protocol}",
            "node",
            "out",
            ANYWHERE,
            protocol,
            None,
            "Images, AWS APIs and what workloads call",
            "What pods may call is for network policies; the VPC decides whether there is a way "
            "out. Tunnels and ICMP have none.",
        )
    for cidr in cluster.api_access_cidrs:
        yield CidrRule(
            "api",
            "control_plane",
            "in",
            str(cidr),
            "tcp",
            443,
            "Kubernetes API, from a configured network",
            "cluster.api_access_cidrs",
        )
    hub = fleet.peered_hub(environment)
    if hub is not None and hub.network.cidr not in cluster.api_access_cidrs:
        yield CidrRule(
            "api",
            "control_plane",
            "in",
            str(hub.network.cidr),
            "tcp",
            443,
            "Kubernetes API, from the hub of the fleet",
            "fleet.hub",
        )
    for cidr in cluster.node_ssh.cidrs:
        yield CidrRule(
            "ssh",
            "node",
            "in",
            str(cidr),
            "tcp",
            22,
            "SSH, from a configured network",
            "cluster.node_ssh; without it Session Manager needs no open port.",
        )


def used_groups(environment: Environment) -> list[Group]:
    """The security groups of an environment."""
    groups: list[Group] = ["control_plane", "node"]
    return [*groups, "file_system"] if environment.cluster.efs.enabled else groups
