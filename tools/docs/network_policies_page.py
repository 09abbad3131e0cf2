"""The page of network policies: `python -m tools.docs` writes docs/network-policies.md.

Who reaches whom is read from the policies of an example, by what Kubernetes documents of them, not
from the data that they are generated from.
"""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Final

from config.derived.ip_plan import PlannedSubnet, plan
from config.environment import Environment
from config.sections.teams import TeamNamespace
from modules.addons.catalog import platform_releases
from modules.helm.network_peers import NAME_LABEL, SYSTEM, block, pods_in
from modules.helm.network_policies import Group, groups_of, network_policies
from modules.helm.pod_security import PLATFORM_LABEL
from modules.namespaces.network_policies import Peer, allowed_traffic
from rules.load import EXAMPLES, load
from tools.reachability import Endpoint, Pod, Reachability

FILE: Final = Path(__file__).parents[2] / "docs" / "network-policies.md"
INTRODUCTION: Final = Path(__file__).with_name("network_policies_introduction.txt")

EXAMPLE: Final = "full"

OTHER: Final = "applications"

UNNAMED: Final = 12345
"""A port that no policy names: it is allowed where all are."""

TEAMS: Final = {"shop": "pods of a team", "shop-test": "pods of another team"}
"""Namespaces of teams with the default settings, and what their pods are called."""

OUTSIDE: Final = (22, 53, 80, 443, 587)


def text() -> str:
    """The whole page."""
    (environment,) = load([EXAMPLES / f"{EXAMPLE}.yaml"])
    table = "\n".join(_rows(_Network(environment)))
    return f"{INTRODUCTION.read_text(encoding='utf-8')}\n{table}\n"


class _Network:
    """The example's pods, one of each group, and what is around them."""

    def __init__(self, environment: Environment) -> None:
        releases = platform_releases(environment)
        self.policies = network_policies(environment, releases)
        addons = {release.addon.name: release.addon for release in releases}
        addresses = _addresses(environment)
        self.groups = [
            group
            for group in groups_of(environment, addons.values())
            if group.namespace in self.policies
        ]
        self.pods = {
            _title(group): Pod(group.namespace, group.traffic.labels, next(addresses))
            for group in self.groups
        }
        named = {name: {NAME_LABEL: name, **PLATFORM_LABEL} for name in self.policies}
        namespaces = named | {name: {NAME_LABEL: name} for name in (SYSTEM, OTHER, *TEAMS)}
        made = [policy for policies in self.policies.values() for policy in policies]
        for namespace in TEAMS:
            made += _of_team(environment, namespace)
        self.reachability = Reachability(made, namespaces)
        self.teams = {
            title: Pod(namespace, {}, next(addresses)) for namespace, title in TEAMS.items()
        }
        tier = plan(environment.network).tier
        self.others: dict[str, Endpoint] = {
            "load balancer": _first(tier("public")),
            "Kubernetes API": _first(tier("control_plane")),
            "nodes": _first(tier("private")),
            "all pods": Pod(OTHER, {}, next(addresses)),
        }
        self.servers: dict[str, Endpoint] = {
            "Kubernetes API": environment.cluster.service_cidr[1],
            "nodes": _first(tier("private")),
            "applications": Pod(OTHER, {}, next(addresses)),
            "kube-system": Pod(SYSTEM, {}, next(addresses)),
            "AWS and other servers": IPv4Address("203.0.113.10"),
        }
        self.ports = {UNNAMED, *OUTSIDE, *self._named_ports()}

    def _named_ports(self) -> Iterator[int]:
        for policies in self.policies.values():
            for policy in policies:
                for direction in ("ingress", "egress"):
                    for rule in policy["spec"].get(direction, ()):
                        yield from (port["port"] for port in rule.get("ports", ()))

    def between(self, client: Endpoint, server: Endpoint) -> str:
        """The ports of a connection as text; empty for none."""
        found = self.reachability.ports(client, server, self.ports)
        return "all" if UNNAMED in found else ", ".join(map(str, sorted(found)))


def _of_team(environment: Environment, namespace: str) -> Iterator[dict[str, Any]]:
    """The policies of a team's namespace with the default settings."""
    metadata = {"namespace": namespace}
    yield {"metadata": metadata, "spec": {"policyTypes": ["Ingress", "Egress"]}}
    for allowed in allowed_traffic(environment, TeamNamespace()):
        ports = [{"protocol": protocol, "port": port} for protocol, port in allowed.ports]
        spec: dict[str, Any] = {"policyTypes": []}
        for direction, key, peers in (
            ("Ingress", "from", allowed.ingress),
            ("Egress", "to", allowed.egress),
        ):
            if peers:
                spec["policyTypes"].append(direction)
                spec[direction.lower()] = [{key: list(map(_peer, peers)), "ports": ports}]
        yield {"metadata": metadata, "spec": spec}


def _peer(peer: Peer) -> dict[str, Any]:
    if peer.cidr is not None:
        return block(peer.cidr, *peer.excepted)
    if peer.namespace is None:
        return {"podSelector": {}}
    return pods_in(peer.namespace, dict(peer.pod_labels))


def _first(subnets: Mapping[str, PlannedSubnet]) -> IPv4Address:
    return next(iter(subnets.values())).cidr[6]


def _addresses(environment: Environment) -> Iterator[IPv4Address]:
    subnet = next(iter(plan(environment.network).tier("pods").values()))
    return (subnet.cidr[number] for number in range(10, 1000))


def _title(group: Group) -> str:
    return f"{group.addon} {group.traffic.name}"


def _rows(network: _Network) -> Iterator[str]:
    yield "| Namespace | Pods | Are reached by | Reach |"
    yield "| --- | --- | --- | --- |"
    order = sorted(network.groups, key=lambda group: (group.namespace, _title(group)))
    pods = [(group.namespace, _title(group), network.pods[_title(group)]) for group in order]
    pods += [(pod.namespace, title, pod) for title, pod in network.teams.items()]
    for namespace, title, pod in pods:
        clients = {**network.others, **network.pods, **network.teams}
        servers = {**network.servers, **network.pods, **network.teams}
        callers = _cell((name, network.between(each, pod)) for name, each in clients.items())
        called = _cell((name, network.between(pod, each)) for name, each in servers.items())
        yield f"| {namespace} | {title} | {callers} | {called} |"


def _cell(found: Iterator[tuple[str, str]]) -> str:
    return "; ".join(f"{name} ({ports})" for name, ports in found if ports) or "nothing"
