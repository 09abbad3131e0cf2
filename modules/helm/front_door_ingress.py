"""Ingresses for the platform's own host names."""

from collections.abc import Sequence
from typing import Any, Final

from modules.helm.contract import Context, Manifest
from modules.helm.front_door import serves_tls
from modules.helm.manifests import manifest

NETWORKING: Final = "networking.k8s.io/v1"


def front_door_ingress(
    context: Context, name: str, hosts: Sequence[str], service: str, port: int
) -> Manifest:
    """An Ingress in the add-on's namespace, with a certificate from cert-manager."""
    environment = context.environment
    settings = environment.platform.ingress
    backend = {"service": {"name": service, "port": {"number": port}}}
    path = {"path": "/", "pathType": "Prefix", "backend": backend}
    spec: dict[str, Any] = {
        "ingressClassName": settings.class_name,
        "rules": [{"host": host, "http": {"paths": [path]}} for host in hosts],
    }
    if not serves_tls(environment):
        return manifest(NETWORKING, "Ingress", name, spec, namespace=context.namespace)
    spec["tls"] = [{"hosts": list(hosts), "secretName": f"{name}-tls"}]
    made = manifest(NETWORKING, "Ingress", name, spec, namespace=context.namespace)
    issuer = settings.certificate_issuer
    made["metadata"]["annotations"] = {"cert-manager.io/cluster-issuer": issuer}
    return made
