"""Which pods and addresses reach which pods, by NetworkPolicies: for tests and documents.

It implements what Kubernetes documents, and knows nothing of the policies' generator.

Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network
from typing import Any

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Pod:
    """A pod.

    Attributes:
        namespace: its namespace.
        labels: its labels.
        address: its address.
    """

    namespace: str
    labels: Labels
    address: IPv4Address


Endpoint = Pod | IPv4Address
"""A pod, or what is none: a node, the Kubernetes API, a Service, a server on the internet."""


class Reachability:
    """The policies of a cluster."""

    def __init__(
        self,
        policies: Iterable[Mapping[str, Any]],
        namespaces: Mapping[str, Labels],
        *,
        blocks_match_pods: bool = True,
    ) -> None:
        """Keeps the policies by namespace.

        Args:
            policies: the NetworkPolicies.
            namespaces: labels of all namespaces.
            blocks_match_pods: whether an `ipBlock` includes the pods with an address in it, as for
                the VPC CNI. For Cilium it does not.
        """
        self._namespaces = namespaces
        self._blocks_match_pods = blocks_match_pods
        self._by_namespace: dict[str, list[Mapping[str, Any]]] = {}
        self._known: dict[object, list[Mapping[str, Any]]] = {}
        for policy in policies:
            specs = self._by_namespace.setdefault(policy["metadata"]["namespace"], [])
            specs.append(policy["spec"])

    def allows(self, client: Endpoint, server: Endpoint, port: int, protocol: str = "TCP") -> bool:
        """Whether a connection is allowed at both ends."""
        return bool(self.ports(client, server, [port], protocol))

    def ports(
        self, client: Endpoint, server: Endpoint, among: Iterable[int], protocol: str = "TCP"
    ) -> set[int]:
        """The ports of a server on which a client may connect to it, among some."""
        left = set(among)
        for sides in (("Egress", "to", client, server), ("Ingress", "from", server, client)):
            allowed = self._allowed(*sides)
            if allowed is not None and not any(not ports for ports in allowed):
                left &= {port for ports in allowed for port in _numbers(ports, protocol)}
        return left

    def isolates(self, pod: Pod, direction: str) -> bool:
        """Whether a policy limits a pod's `Ingress` or `Egress`."""
        return bool(self._specs(pod, direction))

    def _allowed(
        self, direction: str, key: str, pod: Endpoint, other: Endpoint
    ) -> list[Sequence[Mapping[str, Any]]] | None:
        """The ports of the rules for another side; None where no policy limits the pod."""
        specs = self._specs(pod, direction) if isinstance(pod, Pod) else []
        if not specs or not isinstance(pod, Pod):
            return None
        return [
            rule.get("ports") or ()
            for spec in specs
            for rule in spec.get(direction.lower()) or ()
            if not rule.get(key)
            or any(self._is_peer(peer, pod.namespace, other) for peer in rule[key])
        ]

    def _specs(self, pod: Pod, direction: str) -> list[Mapping[str, Any]]:
        key = (pod.namespace, frozenset(pod.labels.items()), direction)
        if key not in self._known:
            self._known[key] = [
                spec
                for spec in self._by_namespace.get(pod.namespace, ())
                if direction in _types(spec) and selects(spec.get("podSelector") or {}, pod.labels)
            ]
        return self._known[key]

    def _is_peer(self, peer: Mapping[str, Any], namespace: str, other: Endpoint) -> bool:
        block = peer.get("ipBlock")
        if block is not None:
            if isinstance(other, Pod):
                return self._blocks_match_pods and _in_block(block, other.address)
            return _in_block(block, other)
        if not isinstance(other, Pod):
            return False
        if "namespaceSelector" in peer:
            labels = self._namespaces[other.namespace]
            if not selects(peer["namespaceSelector"] or {}, labels):
                return False
        elif other.namespace != namespace:
            return False
        return selects(peer.get("podSelector") or {}, other.labels)


def selects(selector: Mapping[str, Any], labels: Labels) -> bool:
    """Whether a label selector matches labels; an empty one matches all.

    Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
    """
    wanted: Labels = selector.get("matchLabels") or {}
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    expressions: Sequence[Mapping[str, Any]] = selector.get("matchExpressions") or ()
    return all(_matches(each, labels) for each in expressions)


def _matches(expression: Mapping[str, Any], labels: Labels) -> bool:
    found = labels.get(expression["key"])
    match expression["operator"]:
        case "In":
            return found in expression["values"]
        case "NotIn":
            return found not in expression["values"]
        case "Exists":
            return found is not None
        case "DoesNotExist":
            return found is None
        case other:
            raise ValueError(f"a label selector has no operator {other}")


def _types(spec: Mapping[str, Any]) -> Sequence[str]:
    return spec.get("policyTypes") or ["Ingress", *(["Egress"] if spec.get("egress") else [])]


def _numbers(ports: Sequence[Mapping[str, Any]], protocol: str) -> Iterator[int]:
    for each in ports:
        if each.get("protocol", "TCP") == protocol:
            first = int(each.get("port", 1))
            last = int(each.get("endPort", first if "port" in each else 65535))
            yield from range(first, last + 1)


@cache
def _network(cidr: str) -> IPv4Network:
    return IPv4Network(cidr)


def _in_block(block: Mapping[str, Any], address: IPv4Address) -> bool:
    return address in _network(block["cidr"]) and not any(
        address in _network(each) for each in block.get("except") or ()
    )
