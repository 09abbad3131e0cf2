"""The ingress controllers, of which one is installed (F3, F5)."""

from typing import Final

from modules.addons.ingress import haproxy, ingress_nginx, nginx, traefik

ADDONS: Final = (nginx.ADDON, traefik.ADDON, haproxy.ADDON, ingress_nginx.ADDON)
