"""The traffic of an add-on's pods, as data: what they serve to whom, and what they call.

The network policies of the add-ons' namespaces are generated from it (network_policies.py). Each
connection is stated once, by the client; both its egress and the server's ingress follow.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from config.types.edge import Scheme

Protocol = Literal["TCP", "UDP"]

Port = tuple[Protocol, int]


def tcp(*ports: int) -> tuple[Port, ...]:
    """Ports of TCP."""
    return tuple(("TCP", port) for port in ports)


HTTPS = tcp(443)


@dataclass(frozen=True)
class Call:
    """Connections to pods of an add-on; none where the add-on is not installed.

    Attributes:
        addon: the add-on's name.
        pods: the name of a group of its pods.
        ports: ports of the containers, not of their Service.
    """

    addon: str
    pods: str
    ports: tuple[Port, ...]


@dataclass(frozen=True)
class PodTraffic:
    """A group of pods in the namespace of an add-on. All pods may use DNS.

    Ports are those of containers: network policies apply behind a Service.

    Attributes:
        name: for example `webhook`; part of the policy's name.
        labels: labels that select the pods. Where others call them through a Service, only labels
            that the Service's selector has too: the VPC CNI compares both. Empty for all pods of
            the namespace.
        api: whether they call the Kubernetes API.
        aws: whether they call AWS, with the credentials of a role.
        outside: ports of other servers that they call, which are no pods and no Services.
        name_servers: whether they ask the name servers of domains themselves.
        calls: pods of add-ons that they call.
        applications: whether they call pods of all namespaces that are no add-on's, on any port.
        everywhere: ports of pods that they call in every namespace.
        nodes: ports of nodes that they call.
        scrapes: whether they are Prometheus, which calls `metrics` of all others.
        webhooks: ports that the Kubernetes API calls.
        metrics: ports that Prometheus scrapes.
        backends: ports that the ingress controller forwards requests to.
        load_balancer: ports that the front door's load balancer connects to. Such pods are an
            ingress controller, which calls `backends` of all others.
        load_balancer_scheme: which load balancer that is.
        open: ports that pods of every namespace may call.
    """

    name: str
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    api: bool = False
    aws: bool = False
    outside: tuple[Port, ...] = ()
    name_servers: bool = False
    calls: tuple[Call, ...] = ()
    applications: bool = False
    everywhere: tuple[int, ...] = ()
    nodes: tuple[int, ...] = ()
    scrapes: bool = False
    webhooks: tuple[int, ...] = ()
    metrics: tuple[int, ...] = ()
    backends: tuple[int, ...] = ()
    load_balancer: tuple[int, ...] = ()
    load_balancer_scheme: Scheme = "public"
    open: tuple[int, ...] = ()


def job(name: str) -> dict[str, str]:
    """The label of a Job's pods, which Kubernetes sets.

    https://kubernetes.io/docs/reference/labels-annotations-taints/#batchkubernetesio-job-name
    """
    return {"batch.kubernetes.io/job-name": name}
