"""Network policies of a namespace: deny by default, then allow what is configured."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cdktf_cdktf_provider_kubernetes.network_policy_v1 import (
    NetworkPolicyV1,
    NetworkPolicyV1Metadata,
    NetworkPolicyV1Spec,
    NetworkPolicyV1SpecEgress,
    NetworkPolicyV1SpecEgressPorts,
    NetworkPolicyV1SpecEgressTo,
    NetworkPolicyV1SpecEgressToIpBlock,
    NetworkPolicyV1SpecEgressToNamespaceSelector,
    NetworkPolicyV1SpecEgressToPodSelector,
    NetworkPolicyV1SpecIngress,
    NetworkPolicyV1SpecIngressFrom,
    NetworkPolicyV1SpecIngressFromNamespaceSelector,
    NetworkPolicyV1SpecIngressFromPodSelector,
    NetworkPolicyV1SpecIngressPorts,
    NetworkPolicyV1SpecPodSelector,
)
from constructs import Construct

from config.derived.front_doors import public
from config.environment import Environment
from config.sections.teams import TeamNamespace
from modules.addons.istio.addon import ISTIOD_PORT
from modules.addons.istio.resources import MERGED_METRICS_PORT
from modules.addons.istio_gateway.addon import gateway_namespace, gateway_on
from modules.helm.metrics import MONITORING, metrics_on
from modules.helm.network_peers import (
    DNS_LABELS,
    NAME_LABEL,
    POD_IDENTITY_AGENT,
    SYSTEM,
    kubernetes_api,
    name_server,
    outside,
)
from modules.helm.network_policies import DNS as DNS_PORTS
from modules.helm.platform_namespaces import INGRESS_NAMESPACE, INTERNAL_NAMESPACE
from modules.helm.traces import OTLP_GRPC, OTLP_HTTP, tracing_namespace, tracing_on
from modules.namespaces.mesh import control_plane_namespace, in_mesh
from modules.namespaces.namespace_ref import NamespaceRef


@dataclass(frozen=True)
class Peer:
    """The other side of the traffic; with all attributes empty, the pods of the same namespace.

    Attributes:
        namespace: a namespace.
        pod_labels: labels of its pods; empty for all.
        cidr: a CIDR block instead.
        excepted: blocks in it that are left out.
    """

    namespace: str | None = None
    pod_labels: tuple[tuple[str, str], ...] = ()
    cidr: str | None = None
    excepted: tuple[str, ...] = ()


@dataclass(frozen=True)
class AllowedTraffic:
    """Traffic that a network policy allows.

    Attributes:
        name: the policy's name.
        ingress: allowed clients.
        egress: allowed servers.
        ports: protocol and port of the server; empty for all.
    """

    name: str
    ingress: tuple[Peer, ...] = ()
    egress: tuple[Peer, ...] = ()
    ports: tuple[tuple[str, int], ...] = ()


def _dns(environment: Environment) -> AllowedTraffic:
    server = name_server(environment)
    peer = Peer(cidr=server) if server else Peer(SYSTEM, tuple(DNS_LABELS.items()))
    return AllowedTraffic("allow-dns", egress=(peer,), ports=DNS_PORTS)


def allowed_traffic(environment: Environment, settings: TeamNamespace) -> Iterator[AllowedTraffic]:
    """The traffic that a namespace allows."""
    itself, traffic = (Peer(),), settings.traffic
    yield AllowedTraffic("allow-same-namespace", ingress=itself, egress=itself)
    yield _dns(environment)
    if environment.cluster.identity == "pod_identity":
        agent = (Peer(cidr=POD_IDENTITY_AGENT),)
        yield AllowedTraffic("allow-pod-identity", egress=agent, ports=(("TCP", 80),))
    if in_mesh(environment, settings):
        yield from _mesh(environment, settings)
    controllers = _ingress(environment) if traffic.from_ingress else []
    callers = [*controllers, *traffic.from_namespaces]
    if callers:
        yield AllowedTraffic("allow-from-namespaces", ingress=tuple(Peer(name) for name in callers))
    if traffic.from_monitoring and metrics_on(environment):
        yield AllowedTraffic("allow-from-monitoring", ingress=(_prometheus(environment),))
    if tracing_on(environment):
        collector = (Peer(tracing_namespace(environment)),)
        ports = (("TCP", OTLP_GRPC), ("TCP", OTLP_HTTP))
        yield AllowedTraffic("allow-tracing", egress=collector, ports=ports)
    if traffic.to_namespaces:
        called = tuple(Peer(name) for name in traffic.to_namespaces)
        yield AllowedTraffic("allow-to-namespaces", egress=called)
    if traffic.https:
        # Without the addresses of pods and Services, which other rules allow by their labels.
        servers = (*kubernetes_api(environment), outside(environment))
        blocks = tuple(_of_block(each["ipBlock"]) for each in servers)
        yield AllowedTraffic("allow-https", egress=blocks, ports=(("TCP", 443),))
    for index, egress in enumerate(traffic.egress):
        yield AllowedTraffic(
            f"allow-egress-{index}",
            egress=(Peer(cidr=str(egress.cidr)),),
            ports=tuple(("TCP", port) for port in egress.ports),
        )


def _mesh(environment: Environment, settings: TeamNamespace) -> Iterator[AllowedTraffic]:
    """Traffic of sidecars; requests come from the gateway instead of the ingress controller."""
    istiod = (Peer(control_plane_namespace(environment)),)
    yield AllowedTraffic("allow-mesh", egress=istiod, ports=(("TCP", ISTIOD_PORT),))
    if gateway_on(environment) and settings.traffic.from_ingress:
        yield AllowedTraffic("allow-mesh-gateway", ingress=(Peer(gateway_namespace(environment)),))
    if metrics_on(environment):
        prometheus = (Peer(environment.platform.monitoring.namespace or MONITORING),)
        ports = (("TCP", MERGED_METRICS_PORT),)
        yield AllowedTraffic("allow-mesh-metrics", ingress=prometheus, ports=ports)


def network_policies(
    scope: Construct,
    namespace_ref: NamespaceRef,
    environment: Environment,
    settings: TeamNamespace,
) -> Iterator[str]:
    """Makes the policies of a namespace (J5).

    Yields:
        the address of each resource.

    Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/
    """
    yield _policy(scope, namespace_ref, "default-deny", ["Ingress", "Egress"])
    for allowance in allowed_traffic(environment, settings):
        types: list[str] = []
        ingress = egress = None
        if allowance.ingress:
            types.append("Ingress")
            ports = [
                NetworkPolicyV1SpecIngressPorts(protocol=protocol, port=str(port))
                for protocol, port in allowance.ports
            ]
            ingress = [
                NetworkPolicyV1SpecIngress(
                    from_=[_from(p) for p in allowance.ingress], ports=ports or None
                )
            ]
        if allowance.egress:
            types.append("Egress")
            ports = [
                NetworkPolicyV1SpecEgressPorts(protocol=protocol, port=str(port))
                for protocol, port in allowance.ports
            ]
            egress = [
                NetworkPolicyV1SpecEgress(
                    to=[_to(p) for p in allowance.egress], ports=ports or None
                )
            ]
        yield _policy(scope, namespace_ref, allowance.name, types, ingress=ingress, egress=egress)


def _policy(
    scope: Construct,
    namespace_ref: NamespaceRef,
    name: str,
    types: Sequence[str],
    *,
    ingress: Sequence[NetworkPolicyV1SpecIngress] | None = None,
    egress: Sequence[NetworkPolicyV1SpecEgress] | None = None,
) -> str:
    id_ = namespace_ref.id(name.replace("-", "_"))
    NetworkPolicyV1(
        scope,
        id_,
        metadata=NetworkPolicyV1Metadata(name=name, namespace=namespace_ref.name),
        spec=NetworkPolicyV1Spec(
            pod_selector=NetworkPolicyV1SpecPodSelector(),
            policy_types=list(types),
            ingress=ingress,
            egress=egress,
        ),
    )
    return f"kubernetes_network_policy_v1.{id_}"


def _of_block(block: Mapping[str, Any]) -> Peer:
    return Peer(cidr=block["cidr"], excepted=tuple(block.get("except", ())))


def _from(peer: Peer) -> NetworkPolicyV1SpecIngressFrom:
    if peer.namespace is None:
        return NetworkPolicyV1SpecIngressFrom(
            pod_selector=NetworkPolicyV1SpecIngressFromPodSelector()
        )
    labels = dict(peer.pod_labels)
    return NetworkPolicyV1SpecIngressFrom(
        namespace_selector=NetworkPolicyV1SpecIngressFromNamespaceSelector(
            match_labels={NAME_LABEL: peer.namespace}
        ),
        pod_selector=NetworkPolicyV1SpecIngressFromPodSelector(match_labels=labels)
        if labels
        else None,
    )


def _to(peer: Peer) -> NetworkPolicyV1SpecEgressTo:
    if peer.cidr is not None:
        return NetworkPolicyV1SpecEgressTo(
            ip_block=NetworkPolicyV1SpecEgressToIpBlock(
                cidr=peer.cidr, except_=list(peer.excepted) or None
            )
        )
    if peer.namespace is None:
        return NetworkPolicyV1SpecEgressTo(pod_selector=NetworkPolicyV1SpecEgressToPodSelector())
    return NetworkPolicyV1SpecEgressTo(
        namespace_selector=NetworkPolicyV1SpecEgressToNamespaceSelector(
            match_labels={NAME_LABEL: peer.namespace}
        ),
        pod_selector=NetworkPolicyV1SpecEgressToPodSelector(match_labels=dict(peer.pod_labels))
        if peer.pod_labels
        else None,
    )


def _prometheus(environment: Environment) -> Peer:
    """The Prometheus operator sets this label on its pods."""
    namespace = environment.platform.monitoring.namespace or MONITORING
    return Peer(namespace, (("app.kubernetes.io/name", "prometheus"),))


def _ingress(environment: Environment) -> list[str]:
    """The namespaces of the ingress controllers."""
    own = environment.platform.ingress.namespace or INGRESS_NAMESPACE
    namespaces = [own] if public(environment).has_controller else []
    return [*namespaces, INTERNAL_NAMESPACE] if environment.edge.internal.enabled else namespaces
