"""The two sides of a connection in a NetworkPolicy: addresses of a network, and namespaces.

A block of addresses means different things to what enforces the policies. For the VPC CNI it
includes pods and Services with an address in it. For Cilium it never includes pods, and nodes
because of `policyCIDRMatchMode`.
"""

from collections.abc import Mapping
from typing import Any, Final

from config.derived.front_doors import FrontDoor
from config.derived.ip_plan import Tier, plan
from config.environment import Environment
from modules.helm.pod_security import PLATFORM_LABEL

Peer = dict[str, Any]

NAME_LABEL: Final = "kubernetes.io/metadata.name"
"""Kubernetes sets it on every namespace.
https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name"""

SYSTEM: Final = "kube-system"

DNS_LABELS: Final = {"k8s-app": "kube-dns"}
"""CoreDNS has the label of kube-dns."""

SOLVER_LABELS: Final = {"acme.cert-manager.io/http01-solver": "true"}
"""Pods that cert-manager makes for HTTP-01 challenges, in the namespace of the certificate.
https://cert-manager.io/docs/configuration/acme/http01/"""

SOLVER_PORT: Final = 8089

POD_IDENTITY_AGENT: Final = "169.254.170.23/32"
"""Endpoint of the EKS Pod Identity Agent.
https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html"""

ANYWHERE: Final = "0.0.0.0/0"

LINK_LOCAL: Final = "169.254.0.0/16"
"""Services of the node, such as the instance metadata."""

EVERY_NAMESPACE: Final[Peer] = {"namespaceSelector": {}}


def pods_in(namespace: str, labels: Mapping[str, str] | None = None) -> Peer:
    """Pods of a namespace; all without labels."""
    peer: Peer = {"namespaceSelector": {"matchLabels": {NAME_LABEL: namespace}}}
    if labels:
        peer["podSelector"] = {"matchLabels": dict(labels)}
    return peer


def applications(*, system: bool) -> Peer:
    """Pods of all namespaces that are no add-on's.

    Args:
        system: whether kube-system is one of them.
    """
    wanted = [
        {"key": key, "operator": "NotIn", "values": [value]}
        for key, value in PLATFORM_LABEL.items()
    ]
    if not system:
        wanted.append({"key": NAME_LABEL, "operator": "NotIn", "values": [SYSTEM]})
    return {"namespaceSelector": {"matchExpressions": wanted}}


def block(cidr: object, *excepted: object) -> Peer:
    """A block of addresses, without some that are in it."""
    made: dict[str, Any] = {"cidr": str(cidr)}
    if excepted:
        made["except"] = [str(each) for each in excepted]
    return {"ipBlock": made}


def control_plane(environment: Environment) -> list[Peer]:
    """The network interfaces of the Kubernetes API.

    Nothing else is in their subnets, unless an existing VPC has none of their own for them.
    """
    return _tier(environment, "control_plane")


def kubernetes_api(environment: Environment) -> list[Peer]:
    """The Kubernetes API, behind its Service, whose address is the first of the Services."""
    service = f"{environment.cluster.service_cidr[1]}/32"
    return [block(service), *control_plane(environment)]


def name_server(environment: Environment) -> str | None:
    """The address of the cluster's DNS where it has no pods; None where CoreDNS has pods.

    In EKS Auto Mode it runs on every node, behind the tenth address of Services.

    Source: https://github.com/aws/containers-roadmap/issues/2552
    """
    if not environment.cluster.auto_mode:
        return None
    return f"{environment.cluster.service_cidr[10]}/32"


def dns(environment: Environment) -> Peer:
    """The cluster's DNS."""
    server = name_server(environment)
    return block(server) if server else pods_in(SYSTEM, DNS_LABELS)


def nodes(environment: Environment) -> list[Peer]:
    """The addresses of nodes, which pods on the host's network have too."""
    return _tier(environment, "private")


def load_balancer(door: FrontDoor) -> list[Peer]:
    """What connects to the ingress controller; empty for all addresses.

    A Network Load Balancer keeps the client's address. Without a front door it is not known.
    """
    return _tier(door.environment, door.tier) if door.enabled and door.is_alb else []


def outside(environment: Environment) -> Peer:
    """All addresses but those of the node itself, of pods, Services and the Kubernetes API.

    Only their labels open pods and Services. Where pods have addresses of the private subnets, so
    have VPC endpoints and others that pods call, and these subnets are not left out.
    """
    subnets = plan(environment.network).subnets
    inside = [subnet.cidr for subnet in subnets if subnet.tier in {"pods", "control_plane"}]
    return block(ANYWHERE, LINK_LOCAL, environment.cluster.service_cidr, *inside)


def _tier(environment: Environment, tier: Tier) -> list[Peer]:
    return [block(subnet.cidr) for subnet in plan(environment.network).used(tier).values()]
