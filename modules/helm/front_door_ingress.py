"""Ingresses for the platform's own host names, or routes where the controller reads no Ingress."""

from collections.abc import Sequence
from typing import Any, Final

from config.derived.front_doors import FrontDoor
from config.environment import Environment
from modules.helm.contract import Context, Manifest
from modules.helm.gateway import front_door_route, routes_only
from modules.helm.manifests import manifest

NETWORKING: Final = "networking.k8s.io/v1"

LARGEST_REQUEST: Final = "32m"
"""Largest body of a request in NGINX's notation. Its default of 1m is less than an import of
Kibana's objects may have, which is 26 MB, and than larger dashboards of Grafana."""


def request_annotations(environment: Environment, service: str) -> dict[str, str]:
    """Annotations for websockets to a Service and for large requests.

    F5's NGINX upgrades connections, and both NGINX controllers accept more than 1 MB, on request
    only. Other controllers do so by themselves.

    Source: https://docs.nginx.com/nginx-ingress-controller/configuration/ingress-resources/advanced-configuration-with-annotations/
    """
    match environment.platform.ingress.controller:
        case "nginx":
            return {
                "nginx.org/client-max-body-size": LARGEST_REQUEST,
                "nginx.org/websocket-services": service,
            }
        case "ingress-nginx":
            return {"nginx.ingress.kubernetes.io/proxy-body-size": LARGEST_REQUEST}
        case _:
            return {}


def front_door_ingress(
    context: Context, door: FrontDoor, name: str, hosts: Sequence[str], service: str, port: int
) -> Manifest:
    """An Ingress in the add-on's namespace, with a certificate from cert-manager.

    It is an HTTPRoute where the controller reads no Ingress.

    Args:
        door: the load balancer that serves the hosts.
        name: name of the Ingress.
        hosts: the host names.
        service: the Service of the add-on.
        port: port of the Service.
    """
    environment = context.environment
    if routes_only(environment):
        return front_door_route(context, name, hosts, service, port)
    settings = environment.platform.ingress
    backend = {"service": {"name": service, "port": {"number": port}}}
    path = {"path": "/", "pathType": "Prefix", "backend": backend}
    spec: dict[str, Any] = {
        "ingressClassName": door.class_name,
        "rules": [{"host": host, "http": {"paths": [path]}} for host in hosts],
    }
    annotations = request_annotations(environment, service)
    if door.serves_tls:
        spec["tls"] = [{"hosts": list(hosts), "secretName": f"{name}-tls"}]
        annotations["cert-manager.io/cluster-issuer"] = settings.certificate_issuer
    made = manifest(NETWORKING, "Ingress", name, spec, namespace=context.namespace)
    if annotations:
        made["metadata"]["annotations"] = annotations
    return made
