"""The network policies of the add-ons' namespaces (J5): default deny, and what add-ons need.

They are generated from `Addon.traffic` of all add-ons of an environment. kube-system has none: its
pods belong to EKS and to nodes, and without DNS or a CNI nothing could be repaired.

Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from config.derived.front_doors import FrontDoor
from config.environment import Environment
from config.types.edge import Scheme
from modules.helm import network_peers as peers
from modules.helm.contract import Addon, Context, Manifest
from modules.helm.front_door_ingress import NETWORKING
from modules.helm.manifests import manifest
from modules.helm.metrics import metrics_on
from modules.helm.network_peers import Peer
from modules.helm.pod_security import pod_security
from modules.helm.releases import PlannedRelease
from modules.helm.traffic import HTTPS, PodTraffic, Port, tcp

RELEASE: Final = "network-policies"

PREFIX: Final = "platform"
"""Of the policies' names, so that none has the name of a chart's policy."""

DNS: Final[tuple[Port, ...]] = (("UDP", 53), ("TCP", 53))

Rule = dict[str, Any]


@dataclass(frozen=True)
class Group:
    """A group of an add-on's pods."""

    addon: str
    namespace: str
    traffic: PodTraffic

    @property
    def peer(self) -> Peer:
        """These pods as the other side of a connection."""
        return peers.pods_in(self.namespace, self.traffic.labels)

    @property
    def name(self) -> str:
        """The name of their policy."""
        return f"{PREFIX}-{self.addon}-{self.traffic.name}".replace(" ", "-")


def groups_of(environment: Environment, addons: Iterable[Addon]) -> list[Group]:
    """The groups of pods of add-ons, those in kube-system included."""
    return [
        Group(addon.name, context.namespace, traffic)
        for addon in addons
        for context in [
            Context(environment, addon.namespace_in(environment), addon.has_role(environment))
        ]
        for traffic in addon.traffic(context)
    ]


def network_policies(
    environment: Environment, plan: Sequence[PlannedRelease]
) -> dict[str, list[Manifest]]:
    """The policies by namespace; none where they are disabled."""
    if not environment.platform.network_policies.enabled:
        return {}
    addons = {release.addon.name: release.addon for release in plan}
    groups = groups_of(environment, addons.values())
    made = _Policies(environment, groups)
    return {name: list(made.of(name)) for name in pod_security(plan)}


class _Policies:
    """The policies of an environment."""

    def __init__(self, environment: Environment, groups: Sequence[Group]) -> None:
        self._environment = environment
        self._groups = groups
        self._by_name = {(group.addon, group.traffic.name): group for group in groups}
        self._outside = peers.outside(environment)
        self._api = peers.kubernetes_api(environment)
        controllers = [group for group in groups if group.traffic.load_balancer]
        self._controllers = [group.peer for group in controllers]
        # Let's Encrypt reaches the public one.
        self._public = [
            group.peer for group in controllers if group.traffic.load_balancer_scheme == "public"
        ]
        scrapers = [group.peer for group in groups if group.traffic.scrapes]
        self._scrapers = scrapers if metrics_on(environment) else []
        issued = environment.platform.cert_manager.lets_encrypt
        self._solvers = issued.enabled and issued.http01

    def of(self, namespace: str) -> Iterator[Manifest]:
        """The policies of a namespace."""
        yield _policy(namespace, f"{PREFIX}-default-deny", {}, [], [])
        dns = [peers.dns(self._environment)]
        yield _policy(namespace, f"{PREFIX}-dns", {}, None, [_to(dns, DNS)])
        for group in self._groups:
            if group.namespace == namespace:
                ingress, egress = list(self._ingress(group)), list(self._egress(group))
                yield _policy(namespace, group.name, group.traffic.labels, ingress, egress)
        if self._solvers and self._public and self._has_certificate(namespace):
            solving = [_from(self._public, tcp(peers.SOLVER_PORT))]
            yield _policy(namespace, f"{PREFIX}-http01", peers.SOLVER_LABELS, solving, None)
        yield from self._allowed(namespace)

    def _has_certificate(self, namespace: str) -> bool:
        """Whether an Ingress or the ingress controller of a namespace has a certificate."""
        return any(
            group.traffic.backends or group.traffic.load_balancer
            for group in self._groups
            if group.namespace == namespace
        )

    def _ingress(self, group: Group) -> Iterator[Rule]:
        traffic = group.traffic
        if traffic.webhooks:
            yield _from(peers.control_plane(self._environment), tcp(*traffic.webhooks))
        if traffic.metrics and self._scrapers:
            yield _from(self._scrapers, tcp(*traffic.metrics))
        if traffic.backends and self._controllers:
            yield _from(self._controllers, tcp(*traffic.backends))
        if traffic.load_balancer:
            door = FrontDoor(self._environment, traffic.load_balancer_scheme)
            yield _from(peers.load_balancer(door), tcp(*traffic.load_balancer))
        if traffic.open:
            yield _from([peers.EVERY_NAMESPACE], tcp(*traffic.open))
        for caller in self._groups:
            for call in caller.traffic.calls:
                if self._by_name.get((call.addon, call.pods)) is group:
                    yield _from([caller.peer], call.ports)

    def _egress(self, group: Group) -> Iterator[Rule]:
        traffic = group.traffic
        if traffic.api:
            yield _to(self._api, HTTPS)
        ports = (*(HTTPS if traffic.aws else ()), *traffic.outside)
        if ports:
            yield _to([self._outside], tuple(dict.fromkeys(ports)))
        if traffic.aws and self._environment.cluster.identity == "pod_identity":
            yield _to([peers.block(peers.POD_IDENTITY_AGENT)], tcp(80))
        if traffic.name_servers:
            yield _to([self._outside], DNS)
        if traffic.nodes:
            yield _to(peers.nodes(self._environment), tcp(*traffic.nodes))
        if traffic.everywhere:
            yield _to([peers.EVERY_NAMESPACE], tcp(*traffic.everywhere))
        if traffic.applications:
            yield _to([peers.applications(system=traffic.scrapes)], ())
        if traffic.load_balancer:
            yield from self._to_backends(traffic.load_balancer_scheme)
        if traffic.scrapes:
            yield from (
                _to([each.peer], tcp(*each.traffic.metrics))
                for each in self._groups
                if each.traffic.metrics and each.namespace != peers.SYSTEM
            )
        for call in traffic.calls:
            called = self._by_name.get((call.addon, call.pods))
            if called is not None:
                yield _to([called.peer], call.ports)

    def _to_backends(self, scheme: Scheme) -> Iterator[Rule]:
        for each in self._groups:
            if each.traffic.backends:
                yield _to([each.peer], tcp(*each.traffic.backends))
        if self._solvers and scheme == "public":
            solver = {"podSelector": {"matchLabels": peers.SOLVER_LABELS}}
            yield _to([peers.EVERY_NAMESPACE | solver], tcp(peers.SOLVER_PORT))

    def _allowed(self, namespace: str) -> Iterator[Manifest]:
        """What the user allows besides."""
        allowed = self._environment.platform.network_policies.allow.get(namespace)
        if allowed is None:
            return
        callers = [peers.pods_in(name) for name in allowed.from_namespaces]
        called = [peers.pods_in(name) for name in allowed.to_namespaces]
        ingress = [_from(callers, ())] if callers else []
        egress = [_to(called, ())] if called else []
        egress += [_to([peers.block(each.cidr)], tcp(*each.ports)) for each in allowed.egress]
        if ingress or egress:
            yield _policy(namespace, f"{PREFIX}-allow", {}, ingress or None, egress or None)


def _policy(
    namespace: str,
    name: str,
    labels: Mapping[str, str],
    ingress: Sequence[Rule] | None,
    egress: Sequence[Rule] | None,
) -> Manifest:
    """A policy; None for a direction that it says nothing about."""
    directions = {"Ingress": ingress, "Egress": egress}
    spec: dict[str, Any] = {
        "podSelector": {"matchLabels": dict(labels)} if labels else {},
        "policyTypes": [name for name, rules in directions.items() if rules is not None],
    }
    spec |= {name.lower(): list(rules) for name, rules in directions.items() if rules}
    return manifest(NETWORKING, "NetworkPolicy", name, spec, namespace=namespace)


def _from(clients: Sequence[Peer], ports: Sequence[Port]) -> Rule:
    """A rule of ingress; without clients for all, as without ports."""
    return {**({"from": list(clients)} if clients else {}), **_ports(ports)}


def _to(servers: Sequence[Peer], ports: Sequence[Port]) -> Rule:
    return {"to": list(servers), **_ports(ports)}


def _ports(ports: Sequence[Port]) -> Rule:
    made = [{"protocol": protocol, "port": port} for protocol, port in ports]
    return {"ports": made} if made else {}
