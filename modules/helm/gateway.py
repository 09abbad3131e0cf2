"""The platform's Gateway (L7), for the add-ons whose routes or records lead through it."""

from collections.abc import Sequence
from typing import Any, Final

from config.derived.front_doors import FrontDoor, gateway_door
from config.environment import Environment
from modules.helm.contract import Context, Manifest
from modules.helm.manifests import manifest
from modules.helm.platform_namespaces import INGRESS_NAMESPACE, INTERNAL_NAMESPACE

GATEWAY_API: Final = "gateway.networking.k8s.io/v1"

CRDS: Final = "gateway-api-crds"
"""The add-on with the CRDs. Required by what reads or makes objects of the Gateway API; where
there is no Gateway it does not apply, which is no error."""

GATEWAY: Final = "front-door"
"""The name of the Gateway."""

WEB: Final = "web"
WEBSECURE: Final = "websecure"
"""Its listeners for HTTP and HTTPS."""


def gateway_on(environment: Environment) -> bool:
    """Whether there is a Gateway."""
    return environment.platform.ingress.has_gateway


def has_gateway(door: FrontDoor) -> bool:
    """Whether the Gateway is behind a load balancer."""
    return gateway_on(door.environment) and door == gateway_door(door.environment)


def routes_only(environment: Environment) -> bool:
    """Whether the controller reads routes of the Gateway API and no Ingresses."""
    settings = environment.platform.ingress
    return settings.has_gateway and not settings.reads_ingresses


def gateway_namespace(environment: Environment) -> str:
    """The namespace of the Gateway."""
    if gateway_door(environment).is_internal:
        return INTERNAL_NAMESPACE
    return environment.platform.ingress.namespace or INGRESS_NAMESPACE


def parent(environment: Environment, listener: str | None = None) -> dict[str, str]:
    """The Gateway as the parent of a route.

    Args:
        environment: says where the Gateway is.
        listener: one of its listeners; None for all.
    """
    made = {"kind": "Gateway", "name": GATEWAY, "namespace": gateway_namespace(environment)}
    return made | ({"sectionName": listener} if listener else {})


def front_door_route(
    context: Context, name: str, hosts: Sequence[str], service: str, port: int
) -> Manifest:
    """An HTTPRoute in the add-on's namespace, over HTTPS where the front door has it.

    Without `sectionName`, because the listener of a host of its own may be another one; the
    listener for HTTP accepts no route of the platform where there is HTTPS.
    """
    spec: dict[str, Any] = {
        "parentRefs": [parent(context.environment)],
        "hostnames": list(hosts),
        "rules": [{"backendRefs": [{"name": service, "port": port}]}],
    }
    return manifest(GATEWAY_API, "HTTPRoute", name, spec, namespace=context.namespace)


def redirects_to_https(environment: Environment) -> bool:
    """Whether the listener for HTTP redirects: where its load balancer serves HTTPS."""
    return gateway_door(environment).serves_tls
