"""The pods of an environment and what is around them, and the ports between any two of them.

They are read from the policies by what Kubernetes documents of them, not from the data that the
policies are generated from.
"""

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Address
from typing import Any, Final

from config.derived.front_doors import front_doors
from config.derived.ip_plan import PlannedSubnet, plan
from config.environment import Environment
from modules.addons.catalog import platform_releases
from modules.helm.network_peers import NAME_LABEL, SYSTEM
from modules.helm.network_policies import Group, groups_of, network_policies
from modules.helm.pod_security import PLATFORM_LABEL
from runner.reach.evaluator import Endpoint, Pod, Reachability

OTHER: Final = "applications"

UNNAMED: Final = 12345
"""A port that no policy names: it is allowed where all are."""

OUTSIDE: Final = (22, 53, 80, 443, 587)

INTERNET: Final = IPv4Address("203.0.113.10")


class PodNetwork:
    """An environment's pods, one of each group, and what is around them.

    Attributes:
        groups: the groups of pods of add-ons in namespaces with policies.
        pods: a pod of each group, by its title.
        teams: a pod of each namespace of teams, by title.
        others: clients that are no pods of the platform, by title.
        servers: servers that are none, by title.
    """

    def __init__(
        self,
        environment: Environment,
        teams: Mapping[str, str],
        policies: Iterable[Mapping[str, Any]],
    ) -> None:
        """Reads the policies.

        Args:
            teams: titles of the pods of teams, by namespace.
            policies: the policies of these namespaces.
        """
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
            title(group): Pod(group.namespace, group.traffic.labels, next(addresses))
            for group in self.groups
        }
        named = {name: {NAME_LABEL: name, **PLATFORM_LABEL} for name in self.policies}
        namespaces = named | {name: {NAME_LABEL: name} for name in (SYSTEM, OTHER, *teams)}
        made = [policy for policies in self.policies.values() for policy in policies]
        self.reachability = Reachability([*made, *policies], namespaces)
        self.teams = {
            title: Pod(namespace, {}, next(addresses)) for namespace, title in teams.items()
        }
        tiers = plan(environment.network)
        self.others: dict[str, Endpoint] = {
            **{
                "internal load balancer" if door.is_internal else "load balancer": _first(
                    tiers.tier(door.tier)
                )
                for door in front_doors(environment)
            },
            "Kubernetes API": _first(tiers.used("control_plane")),
            "nodes": _first(tiers.tier("private")),
            "all pods": Pod(OTHER, {}, next(addresses)),
        }
        self.servers: dict[str, Endpoint] = {
            "Kubernetes API": environment.cluster.service_cidr[1],
            "nodes": _first(tiers.tier("private")),
            "applications": Pod(OTHER, {}, next(addresses)),
            "kube-system": Pod(SYSTEM, {}, next(addresses)),
            "AWS and other servers": INTERNET,
        }
        self.ports = {UNNAMED, *OUTSIDE, *self._named_ports()}

    @property
    def clients_of_pods(self) -> Mapping[str, Endpoint]:
        """All that may connect to a pod."""
        return {**self.others, **self.pods, **self.teams}

    @property
    def servers_of_pods(self) -> Mapping[str, Endpoint]:
        """All that a pod may connect to."""
        return {**self.servers, **self.pods, **self.teams}

    def rows(self) -> list[tuple[str, str, Pod]]:
        """Namespace, title and pod of each group by namespace, then of the teams."""
        order = sorted(self.groups, key=lambda group: (group.namespace, title(group)))
        pods = [(group.namespace, title(group), self.pods[title(group)]) for group in order]
        return pods + [(pod.namespace, name, pod) for name, pod in self.teams.items()]

    def _named_ports(self) -> Iterator[int]:
        for policies in self.policies.values():
            for policy in policies:
                for direction in ("ingress", "egress"):
                    for rule in policy["spec"].get(direction, ()):
                        yield from (port["port"] for port in rule.get("ports", ()))

    def between(self, client: Endpoint, server: Endpoint) -> str:
        """The ports of a connection as text; empty for none."""
        return ports_text(self.ports_between(client, server))

    def ports_between(self, client: Endpoint, server: Endpoint) -> set[int]:
        """The ports of a connection; `UNNAMED` is among them where all are allowed."""
        return self.reachability.ports(client, server, self.ports)


def ports_text(ports: set[int]) -> str:
    """Ports as text: `all`, or in ascending order; empty for none."""
    return "all" if UNNAMED in ports else ", ".join(map(str, sorted(ports)))


def title(group: Group) -> str:
    """What the pods of a group are called."""
    return f"{group.addon} {group.traffic.name}"


def _first(subnets: Mapping[str, PlannedSubnet]) -> IPv4Address:
    """An address in the subnets of a tier; of the internet where there are none."""
    for subnet in subnets.values():
        return subnet.cidr[6]
    return INTERNET


def _addresses(environment: Environment) -> Iterator[IPv4Address]:
    subnet = next(iter(plan(environment.network).used("pods").values()))
    return (subnet.cidr[number] for number in range(10, 1000))
