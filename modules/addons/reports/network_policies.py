"""Network policies of the namespace: nothing but what a report needs.

Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from modules.addons.reports.program_settings import ALERTMANAGER_PORT, GRAFANA_PORT, PROMETHEUS_PORT
from modules.helm.contract import Context, Manifest
from modules.helm.front_door_ingress import NETWORKING
from modules.helm.manifests import manifest
from modules.helm.metrics import alertmanager_pods, grafana_pods, prometheus_pods

Peer = dict[str, Any]

POD_IDENTITY_AGENT: Final = "169.254.170.23/32"
"""Endpoint of the EKS Pod Identity Agent.
https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html"""

ANYWHERE: Final = "0.0.0.0/0"
"""S3 and STS have no addresses of their own in a network policy."""


def network_policies(context: Context, labels: Mapping[str, str]) -> Iterator[Manifest]:
    """Denies all traffic in the namespace, and allows that of the pods with these labels."""
    yield _policy(context, "default-deny", {}, ())
    yield _policy(context, "reports", labels, tuple(_egress(context)))


def _egress(context: Context) -> Iterator[dict[str, Any]]:
    environment = context.environment
    dns: Peer = {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
        # CoreDNS has the label of kube-dns.
        "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
    }
    ports = [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")]
    yield {"to": [dns], "ports": ports}
    yield _to(prometheus_pods(environment), PROMETHEUS_PORT)
    if environment.platform.reports.announcement.enabled:
        yield _to(alertmanager_pods(environment), ALERTMANAGER_PORT)
    if environment.platform.reports.pictures:
        yield _to(grafana_pods(environment), GRAFANA_PORT)
    yield _to({"ipBlock": {"cidr": ANYWHERE}}, 443)
    if environment.cluster.identity == "pod_identity":
        yield _to({"ipBlock": {"cidr": POD_IDENTITY_AGENT}}, 80)


def _to(server: Peer, port: int) -> dict[str, Any]:
    return {"to": [server], "ports": [{"protocol": "TCP", "port": port}]}


def _policy(
    context: Context, name: str, labels: Mapping[str, str], egress: Sequence[dict[str, Any]]
) -> Manifest:
    spec: dict[str, Any] = {
        "podSelector": {"matchLabels": dict(labels)} if labels else {},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [],
        "egress": list(egress),
    }
    return manifest(NETWORKING, "NetworkPolicy", name, spec, namespace=context.namespace)
