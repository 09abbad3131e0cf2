"""Network policies of the namespace: nothing but what tracing needs.

Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from modules.addons.tracing.collector import LABELS, METRICS_PORT, ROUTED_PORT
from modules.addons.tracing.tempo import NAME, PORT, PROMETHEUS_PORT
from modules.helm.contract import Context, Manifest
from modules.helm.front_door_ingress import NETWORKING
from modules.helm.manifests import manifest
from modules.helm.metrics import grafana_pods, metrics_on, prometheus_pods
from modules.helm.traces import COLLECTOR, OTLP_GRPC, OTLP_HTTP, sampling_method

Peer = dict[str, Any]
Rule = dict[str, Any]

TEMPO_LABELS: Final = {"app.kubernetes.io/name": NAME, "app.kubernetes.io/instance": NAME}
"""Labels that the chart sets on the pod."""

POD_IDENTITY_AGENT: Final = "169.254.170.23/32"
"""Endpoint of the EKS Pod Identity Agent.
https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html"""

ANYWHERE: Final = "0.0.0.0/0"


def network_policies(context: Context) -> Iterator[Manifest]:
    """Denies all traffic in the namespace, and allows that of Tempo and the collector."""
    yield _policy(context, "default-deny", {}, (), ())
    yield _policy(context, NAME, TEMPO_LABELS, _to_tempo(context), _from_tempo(context))
    yield _policy(context, COLLECTOR, LABELS, _to_collector(context), _from_collector(context))


def _to_tempo(context: Context) -> Iterator[Rule]:
    yield _ingress([_pods(LABELS)], OTLP_GRPC)
    if metrics_on(context.environment):
        yield _ingress(
            [grafana_pods(context.environment), prometheus_pods(context.environment)], PORT
        )


def _from_tempo(context: Context) -> Iterator[Rule]:
    """S3 has no addresses of its own in a network policy."""
    environment = context.environment
    yield _dns()
    yield _egress([_block(ANYWHERE)], 443)
    if environment.cluster.identity == "pod_identity":
        yield _egress([_block(POD_IDENTITY_AGENT)], 80)
    if environment.platform.tracing.service_graph:
        yield _egress([prometheus_pods(environment)], PROMETHEUS_PORT)


def _to_collector(context: Context) -> Iterator[Rule]:
    """Every namespace may send traces; those of teams have network policies of their own."""
    yield _ingress([{"namespaceSelector": {}}], OTLP_GRPC, OTLP_HTTP)
    if sampling_method(context.environment) == "tail":
        yield _ingress([_pods(LABELS)], ROUTED_PORT)
    if metrics_on(context.environment):
        yield _ingress([prometheus_pods(context.environment)], METRICS_PORT)


def _from_collector(context: Context) -> Iterator[Rule]:
    """The addresses of the Kubernetes API are in the VPC, behind that of a Service."""
    environment = context.environment
    yield _dns()
    yield _egress([_pods(TEMPO_LABELS)], OTLP_GRPC)
    if sampling_method(environment) == "tail":
        yield _egress([_pods(LABELS)], ROUTED_PORT)
    api = (environment.network.cidr, environment.cluster.service_cidr)
    yield _egress([_block(str(cidr)) for cidr in api], 443)


def _pods(labels: Mapping[str, str], namespace: str | None = None) -> Peer:
    """Pods of a namespace, by default of the same."""
    peer: Peer = {"podSelector": {"matchLabels": dict(labels)}}
    if namespace is not None:
        peer["namespaceSelector"] = {"matchLabels": {"kubernetes.io/metadata.name": namespace}}
    return peer


def _block(cidr: str) -> Peer:
    return {"ipBlock": {"cidr": cidr}}


def _dns() -> Rule:
    """CoreDNS has the label of kube-dns."""
    ports = [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")]
    return {"to": [_pods({"k8s-app": "kube-dns"}, "kube-system")], "ports": ports}


def _ingress(clients: Sequence[Peer], *ports: int) -> Rule:
    return {"from": list(clients), "ports": _tcp(*ports)}


def _egress(servers: Sequence[Peer], *ports: int) -> Rule:
    return {"to": list(servers), "ports": _tcp(*ports)}


def _tcp(*ports: int) -> list[dict[str, Any]]:
    return [{"protocol": "TCP", "port": port} for port in ports]


def _policy(
    context: Context,
    name: str,
    labels: Mapping[str, str],
    ingress: Iterator[Rule] | Sequence[Rule],
    egress: Iterator[Rule] | Sequence[Rule],
) -> Manifest:
    spec: dict[str, Any] = {
        "podSelector": {"matchLabels": dict(labels)} if labels else {},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": list(ingress),
        "egress": list(egress),
    }
    return manifest(NETWORKING, "NetworkPolicy", name, spec, namespace=context.namespace)
