"""The ingress controllers: their releases, and the values of their charts."""

from typing import Any

from config.addons.ingress import Controller
from config.environment import Environment
from modules.addons.catalog import rendered
from support.platform import ZONE

RELEASES: dict[Controller, str] = {
    "nginx": "nginx-ingress",
    "traefik": "traefik",
    "haproxy": "kubernetes-ingress",
    "ingress-nginx": "ingress-nginx",
}
CONTROLLERS = sorted(RELEASES)
WITH_NAMES = {"hosted_zone": ZONE, "domain_names": [ZONE["name"], f"*.{ZONE['name']}"]}


def values(settings: Environment) -> dict[str, Any]:
    """The values of the ingress controller's chart; those below `controller` where there is one."""
    found = rendered(settings)[RELEASES[settings.platform.ingress.controller]].values
    return found.get("controller", found)
