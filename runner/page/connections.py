"""Who reaches whom: between namespaces as a matrix, and for each group of pods."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from config.environment import Environment
from runner.manifest import Stack
from runner.reach.evaluator import Endpoint, Pod
from runner.reach.pods import PodNetwork, ports_text
from runner.reach.teams import team_policies

NO_POLICY: Final = "no policy"
"""In place of ports, where no policy limits either side."""


@dataclass(frozen=True)
class Reached:
    """A group of pods, with the ports to and from others as texts by their titles."""

    namespace: str
    pods: str
    callers: Mapping[str, str]
    called: Mapping[str, str]


@dataclass(frozen=True)
class Connections:
    """The connections that the network policies of an environment allow.

    Attributes:
        servers: the columns of the matrix.
        matrix: for each client the ports of each server; empty for none, or `NO_POLICY`.
        pods: each group of pods; none where the platform has no network policies.
    """

    servers: tuple[str, ...]
    matrix: Mapping[str, tuple[str, ...]]
    pods: tuple[Reached, ...]

    def pairs(self) -> dict[str, str]:
        """The ports by client and server, where there are any."""
        return {
            f"{client} to {server}": ports
            for client, cells in self.matrix.items()
            for server, ports in zip(self.servers, cells, strict=True)
            if ports and ports != NO_POLICY
        }


def connections(environment: Environment, stacks: Sequence[Stack]) -> Connections:
    """Reads the policies of an environment."""
    policies = team_policies(list(stacks))
    teams = {name: name for name in sorted({each["metadata"]["namespace"] for each in policies})}
    network = PodNetwork(environment, teams, policies)
    rows = network.rows()
    if not network.groups:
        return Connections((), {}, ())
    groups: dict[str, list[Endpoint]] = {}
    for namespace, _, pod in rows:
        groups.setdefault(namespace, []).append(pod)
    clients = {name: [each] for name, each in network.others.items() if name != "all pods"}
    clients |= {"other pods": [network.others["all pods"]]} | groups
    servers = {name: [each] for name, each in network.servers.items() if name != "applications"}
    servers |= {"other pods": [network.servers["applications"]]} | groups
    matrix = {
        client: tuple(
            _between(network, froms, tos) if client in groups or server in groups else NO_POLICY
            for server, tos in servers.items()
        )
        for client, froms in clients.items()
    }
    return Connections(tuple(servers), matrix, tuple(_reached(network, rows)))


def _between(network: PodNetwork, clients: Iterable[Endpoint], servers: Sequence[Endpoint]) -> str:
    found: set[int] = set()
    for client in clients:
        for server in servers:
            if client is not server:
                found |= network.ports_between(client, server)
    return ports_text(found)


def _reached(network: PodNetwork, rows: Sequence[tuple[str, str, Pod]]) -> Iterable[Reached]:
    for namespace, name, pod in rows:
        clients, servers = network.clients_of_pods, network.servers_of_pods
        callers = {who: network.between(each, pod) for who, each in clients.items()}
        called = {who: network.between(pod, each) for who, each in servers.items()}
        yield Reached(namespace, name, _some(callers), _some(called))


def _some(ports: Mapping[str, str]) -> dict[str, str]:
    return {name: each for name, each in ports.items() if each}
