"""The page of network policies: `python -m tools.docs` writes docs/network-policies.md.

Who reaches whom is read from the policies of an example.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from config.environment import Environment
from config.sections.teams import TeamNamespace
from modules.helm.network_peers import block, pods_in
from modules.namespaces.network_policies import Peer, allowed_traffic
from rules.load import EXAMPLES, load
from runner.reach.pods import PodNetwork

FILE: Final = Path(__file__).parents[2] / "docs" / "network-policies.md"
INTRODUCTION: Final = Path(__file__).with_name("network_policies_introduction.txt")

EXAMPLE: Final = "full"

TEAMS: Final = {"shop": "pods of a team", "shop-test": "pods of another team"}
"""Namespaces of teams with the default settings, and what their pods are called."""


def text() -> str:
    """The whole page."""
    (environment,) = load([EXAMPLES / f"{EXAMPLE}.yaml"])
    policies = [policy for namespace in TEAMS for policy in _of_team(environment, namespace)]
    table = "\n".join(_rows(PodNetwork(environment, TEAMS, policies)))
    return f"{INTRODUCTION.read_text(encoding='utf-8')}\n{table}\n"


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


def _rows(network: PodNetwork) -> Iterator[str]:
    yield "| Namespace | Pods | Are reached by | Reach |"
    yield "| --- | --- | --- | --- |"
    for namespace, title, pod in network.rows():
        clients, servers = network.clients_of_pods, network.servers_of_pods
        callers = _cell((name, network.between(each, pod)) for name, each in clients.items())
        called = _cell((name, network.between(pod, each)) for name, each in servers.items())
        yield f"| {namespace} | {title} | {callers} | {called} |"


def _cell(found: Iterator[tuple[str, str]]) -> str:
    return "; ".join(f"{name} ({ports})" for name, ports in found if ports) or "nothing"
