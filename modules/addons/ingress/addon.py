"""The ingress controllers: one is installed, for each load balancer (F3, F5, L3)."""

from typing import Final

from modules.addons.ingress import haproxy, ingress_nginx, nginx, traefik
from modules.addons.ingress.gateway_api import crds, envoy_gateway

ADDONS: Final = (
    nginx.ADDON,
    nginx.INTERNAL,
    traefik.ADDON,
    traefik.INTERNAL,
    haproxy.ADDON,
    haproxy.INTERNAL,
    ingress_nginx.ADDON,
    ingress_nginx.INTERNAL,
    envoy_gateway.ADDON,
    envoy_gateway.INTERNAL,
    crds.ADDON,
)
