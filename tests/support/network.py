"""An environment's pods and addresses, and who reaches whom by its network policies."""

from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from ipaddress import IPv4Address
from itertools import count
from pathlib import Path
from typing import Any, Final

import yaml

from config.derived.ip_plan import Tier, plan
from config.environment import Environment
from modules.addons.catalog import namespaces, platform_releases
from modules.helm.contract import Manifest
from modules.helm.network_policies import Group, groups_of, network_policies
from modules.helm.pod_security import PLATFORM_LABEL
from runner.reach.evaluator import Endpoint, Pod, Reachability, selects

FACTS: Final = Path(__file__).parents[1] / "charts" / "pods.yaml"

NAME_LABEL: Final = "kubernetes.io/metadata.name"

NODE_LOCAL: Final = IPv4Address("169.254.170.23")
INTERNET: Final = IPv4Address("203.0.113.10")


@cache
def facts() -> dict[str, dict[str, dict[str, Any]]]:
    """By add-on and pods: labels, ports and Services."""
    return yaml.safe_load(FACTS.read_text())


class Network:
    """An environment.

    Attributes:
        environment: the environment.
        policies: its policies by namespace.
        groups: groups of pods, as the add-ons state them.
        pods: pods by add-on and name; those of add-ons in namespaces with policies.
        team: a pod of a namespace that is no add-on's.
        dns: a pod of CoreDNS.
        prometheus: a pod of Prometheus.
    """

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        releases = platform_releases(environment)
        self.policies: Mapping[str, list[Manifest]] = network_policies(environment, releases)
        addons = {release.addon.name: release.addon for release in releases}
        self.groups = groups_of(environment, addons.values())
        subnet = next(iter(plan(environment.network).tier("pods").values())).cidr
        addresses = (subnet[number] for number in count(10))
        self.pods = {
            (name, pods): Pod(addons[name].namespace_in(environment), fact["labels"], address)
            for name, known in facts().items()
            if name in addons
            for (pods, fact), address in zip(known.items(), addresses, strict=False)
        }
        self.team = Pod("team", {"app": "web"}, next(addresses))
        self.dns = Pod("kube-system", {"k8s-app": "kube-dns"}, next(addresses))
        self.prometheus = self.pods["kube-prometheus-stack", "prometheus"]

    def address(self, tier: Tier) -> IPv4Address:
        """An address in the subnets of a tier; of the internet where there are none."""
        for subnet in plan(self.environment.network).tier(tier).values():
            return subnet.cidr[6]
        return INTERNET

    @property
    def api(self) -> IPv4Address:
        """The Kubernetes API behind its Service."""
        return self.environment.cluster.service_cidr[1]

    @cached_property
    def enforced(self) -> Reachability:
        """As the VPC CNI enforces the policies."""
        return self._enforced(blocks_match_pods=True)

    @cached_property
    def by_cilium(self) -> Reachability:
        """As Cilium enforces them."""
        return self._enforced(blocks_match_pods=False)

    @cached_property
    def ports(self) -> set[int]:
        """All ports that policies name, and one that none does."""
        rules = [
            rule
            for policies in self.policies.values()
            for policy in policies
            for direction in ("ingress", "egress")
            for rule in policy["spec"].get(direction, ())
        ]
        return {12345, *(port["port"] for rule in rules for port in rule.get("ports", ()))}

    def groups_with(self, name: str, pods: str) -> Iterator[Group]:
        """The groups that a pod belongs to, but that of all pods of a namespace."""
        for group in self.groups:
            selector = {"matchLabels": group.traffic.labels}
            pod = self.pods[name, pods]
            if group.traffic.labels and group.addon == name and selects(selector, pod.labels):
                yield group

    @property
    def present(self) -> list[tuple[str, str]]:
        """The pods that the environment has."""
        return [key for key in self.pods if any(self.groups_with(*key))]

    def reached_by(self, client: Endpoint, port: int) -> set[tuple[str, str]]:
        """The pods that a client reaches on a port."""
        return {key for key in self.present if self.enforced.allows(client, self.pods[key], port)}

    def reaching(self, server: Endpoint, port: int, protocol: str = "TCP") -> set[tuple[str, str]]:
        """The pods that reach a server on a port."""
        return {
            key
            for key in self.present
            if self.enforced.allows(self.pods[key], server, port, protocol)
        }

    def _enforced(self, *, blocks_match_pods: bool) -> Reachability:
        labels = {
            name: {NAME_LABEL: name, **PLATFORM_LABEL} for name in namespaces(self.environment)
        }
        labels |= {name: {NAME_LABEL: name} for name in ("kube-system", "team")}
        made = (policy for policies in self.policies.values() for policy in policies)
        return Reachability(made, labels, blocks_match_pods=blocks_match_pods)
