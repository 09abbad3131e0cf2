"""Rules of Argo CD's settings."""

import re
from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.problem import Problem
from modules.addons.argo_cd.resources import HERE
from modules.addons.argo_cd.values import HIGH_AVAILABILITY_NODES
from modules.nodes import always_has_nodes
from rules.edge.load_balancer import host_is_served
from rules.inline_secrets import written_secrets
from rules.registration import rule

SECRET_KEY: Final = re.compile(
    r"(secret|password|passwd|bindPW|token|privateKey|privateKeyData)$", re.IGNORECASE
)
"""Keys of Dex connectors with secret values."""

ARGO_CD: Final = ("platform", "argo_cd")


@rule("platform")
def connectors_have_no_secrets(environment: Environment) -> Iterator[Problem]:
    """Secrets are references, not values: configuration ends up in the Terraform state."""
    settings = environment.platform.argo_cd
    for id_, connector in settings.connectors.items():
        path = (*ARGO_CD, "connectors", id_, "config")
        for found in written_secrets(path, connector.config, SECRET_KEY):
            message = "is a secret: name it under `secrets` instead"
            yield Problem(found, message, allowed=f"{found[-1]}: <secret>:<key>")


@rule("platform")
def argo_cd_users_can_log_in(environment: Environment) -> Iterator[Problem]:
    """Users can log in, and single sign-on has a URL to redirect to."""
    settings = environment.platform.argo_cd
    if not settings.enabled:
        return
    if not settings.admin_enabled and not settings.connectors:
        message = "leaves no way to log in: there are no connectors"
        yield Problem((*ARGO_CD, "admin_enabled"), message, value=False)
    if settings.connectors and settings.host is None:
        message = "is missing: single sign-on redirects to it"
        yield Problem((*ARGO_CD, "host"), message, None)


@rule("edge", "platform")
def argo_cd_host_is_served(environment: Environment) -> Iterator[Problem]:
    """The front door has a record and a certificate for Argo CD's host name."""
    settings = environment.platform.argo_cd
    if settings.enabled:
        yield from host_is_served(
            environment, (*ARGO_CD, "host"), settings.host, settings.load_balancer
        )


@rule("cluster", "platform")
def argo_cd_fits_on_the_nodes(environment: Environment) -> Iterator[Problem]:
    """Redis pods with anti-affinity need as many nodes, if no autoscaler adds any."""
    wanted = environment.platform.argo_cd.high_availability
    enough = always_has_nodes(environment, HIGH_AVAILABILITY_NODES)
    if wanted and not enough and environment.cluster.autoscaler == "none":
        message = f"needs {HIGH_AVAILABILITY_NODES} nodes, and fewer may be there"
        allowed = "null, or a larger cluster.system_nodes.min_size"
        yield Problem((*ARGO_CD, "high_availability"), message, wanted, allowed)


@rule("platform")
def argo_cd_clusters_are_unique(environment: Environment) -> Iterator[Problem]:
    """Names of clusters are unique, and not the name of the cluster in which Argo CD runs."""
    servers: dict[str, str] = {}
    for name, cluster in environment.platform.argo_cd.clusters.items():
        path = (*ARGO_CD, "clusters", name)
        if name == HERE:
            yield Problem(path, "is Argo CD's name of the cluster that it runs in", name)
        if cluster.server in servers:
            message = f"is the address of {servers[cluster.server]} already"
            yield Problem((*path, "server"), message, cluster.server)
        servers[cluster.server] = name
