"""Pods of teams by all policies together, of teams and of add-ons: who reaches whom."""

from collections.abc import Mapping
from functools import cache, cached_property
from ipaddress import IPv4Address
from itertools import count
from typing import Any

from config.derived.ip_plan import plan
from config.environment import Environment
from config.sections.teams import TeamNamespace
from modules.helm.network_peers import NAME_LABEL
from modules.helm.pod_security import PLATFORM_LABEL
from modules.namespaces.namespace_ref import NamespaceRef
from modules.namespaces.network_policies import network_policies
from runner.reach.evaluator import Pod, Reachability
from support.addon_connections import CONTROLLERS, GATEWAY, OPEN, PROMETHEUS
from support.addon_environments import combined
from support.environments import warned
from support.network import INTERNET, NODE_LOCAL, Network
from support.one_module import resources_of
from tools.standins.kubernetes_objects import converted

IMDS = IPv4Address("169.254.169.254")

TEAMS = {
    "shop": {"namespaces": {"shop": {}, "shop-test": {"traffic": {"from_ingress": False}}}},
    "tools": {"namespaces": {"tools": {}}},
}

EVERYTHING: Mapping[str, Any] = {
    "metadata": {"name": "own", "namespace": "shop"},
    "spec": {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{}]},
}
"""What a member with the role `edit` may add."""


class Teams:
    """The example full with two teams.

    Attributes:
        platform: the pods of add-ons.
        pods: a pod of each namespace.
    """

    def __init__(self, *own: Mapping[str, Any]) -> None:
        self.environment: Environment = combined(["full"], teams=TEAMS)
        self.platform, self._own = Network(self.environment), own
        subnet = next(iter(plan(self.environment.network).tier("pods").values())).cidr
        addresses = (subnet[number] for number in count(1000))
        self.pods = {
            name: Pod(name, {"app": "web"}, next(addresses))
            for team in self.environment.teams.values()
            for name in team.namespaces
        }

    @cached_property
    def enforced(self) -> tuple[Reachability, Reachability]:
        """As the VPC CNI and as Cilium enforce the policies."""
        policies = [each for of in self.platform.policies.values() for each in of]
        for team in self.environment.teams.values():
            for name, settings in team.namespaces.items():
                policies += self._policies(name, settings)
        labels = {name: {NAME_LABEL: name, **PLATFORM_LABEL} for name in self.platform.policies}
        labels |= {name: {NAME_LABEL: name} for name in (*self.pods, "kube-system")}
        every = [*policies, *self._own]
        return Reachability(every, labels), Reachability(every, labels, blocks_match_pods=False)

    def _policies(self, name: str, settings: TeamNamespace) -> list[dict[str, Any]]:
        reference = NamespaceRef(name, name)
        type_ = "kubernetes_network_policy_v1"
        made = resources_of(
            lambda stack: list(network_policies(stack, reference, self.environment, settings))
        )
        return [converted(type_, each) for each in made[type_].values()]

    @property
    def ports(self) -> set[int]:
        return self.platform.ports | {22, 80, 443, 2049, 8443}

    def between(self, client: str, server: str) -> set[int]:
        return set().union(
            *(
                each.ports(self.pods[client], self.pods[server], self.ports)
                for each in self.enforced
            )
        )


@cache
def teams(*, attacked: bool = False) -> Teams:
    return Teams(EVERYTHING) if attacked else Teams()


def test_no_way_leads_from_a_team_to_pods_of_another() -> None:
    """Not even if the client allows itself every connection; nor between namespaces of one team."""
    for attacked in (False, True):
        of = teams(attacked=attacked)
        ways = {
            (client, server): ports
            for client in of.pods
            for server in of.pods
            if client != server and (ports := of.between(client, server))
        }
        assert ways == {}
    assert teams().between("shop", "shop") == teams().ports


def test_no_way_leads_from_a_team_to_the_platform_but_what_is_open_to_all() -> None:
    for attacked in (False, True):
        of = teams(attacked=attacked)
        reached = {
            key: ports
            for key, pod in of.platform.pods.items()
            if key in of.platform.present
            for each in of.enforced
            if (ports := each.ports(of.pods["shop"], pod, of.ports))
        }
        assert reached == {
            key: set(ports) for key, ports in OPEN.items() if attacked or key in _served()
        }


def _served() -> set[tuple[str, str]]:
    """What a team's own policies allow: the mesh and the collector of traces."""
    return {key for key in OPEN if key != GATEWAY}


def test_a_team_reaches_servers_on_443_and_no_service_of_others() -> None:
    of = teams()
    pod, service = of.pods["shop"], of.environment.cluster.service_cidr[99]
    for each in of.enforced:
        for server in (of.platform.api, INTERNET):
            assert each.ports(pod, server, of.ports) == {443}
        assert each.ports(pod, NODE_LOCAL, of.ports) == {80}
        assert each.ports(pod, service, of.ports) == set()
        assert each.ports(pod, IMDS, of.ports) == set()
        # The kubelet, and the mount targets of the shared file system.
        assert each.ports(pod, of.platform.address("private"), of.ports | {10250}) == {443}


def test_pods_of_a_team_are_reached_by_the_ingress_controller_and_prometheus() -> None:
    of = teams()
    for name, served in (("shop", True), ("shop-test", False)):
        for each in of.enforced:
            clients = {
                key
                for key in of.platform.present
                if each.ports(of.platform.pods[key], of.pods[name], of.ports)
            }
            front = {key for key in clients if key[0] in CONTROLLERS or key == GATEWAY}
            assert bool(front) is served
            assert clients - front == {PROMETHEUS}


def test_strict_mode_which_would_cut_off_coredns_is_warned_of() -> None:
    key = "NETWORK_POLICY_ENFORCING_MODE"
    for mode, said in (("strict", 1), ("standard", 0)):
        cluster = {"addons": {"vpc-cni": {"values": {"env": {key: mode}}}}}
        assert [path[-1] for path in warned(cluster=cluster)].count(key) == said
