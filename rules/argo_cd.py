"""Rules of Argo CD's settings."""

import re
from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.problem import Problem
from modules.addons.argo_cd.addon import ADDON
from modules.addons.argo_cd.resources import HERE
from modules.addons.argo_cd.values import HIGH_AVAILABILITY_NODES
from modules.nodes import always_has_nodes
from rules.edge import host_is_served
from rules.inline_secrets import written_secrets

SECRET_KEY: Final = re.compile(
    r"(secret|password|passwd|bindPW|token|privateKey|privateKeyData)$", re.IGNORECASE
)
"""Keys of Dex's connectors whose values nobody else may know."""

ARGO_CD: Final = ("platform", "argo_cd")

OWN_SETTINGS: Final = ("host", "connectors", "rbac", "repositories", "root", "clusters")
"""Settings that say what people and repositories Argo CD has."""


def connectors_have_no_secrets(environment: Environment) -> Iterator[Problem]:
    """Secrets are named, never written down: configuration ends up in the Terraform state."""
    settings = environment.platform.argo_cd
    for id_, connector in settings.connectors.items():
        path = (*ARGO_CD, "connectors", id_, "config")
        for found in written_secrets(path, connector.config, SECRET_KEY):
            message = "is a secret: name it under `secrets` instead"
            yield Problem(found, message, allowed=f"{found[-1]}: <secret>:<key>")


def argo_cd_settings_have_effect(environment: Environment) -> Iterator[Problem]:
    """What is asked of Argo CD needs it."""
    settings = environment.platform.argo_cd
    if settings.enabled:
        return
    message = "has no effect: platform.argo_cd is switched off"
    for key in OWN_SETTINGS:
        if getattr(settings, key) != type(settings).model_fields[key].get_default():
            yield Problem((*ARGO_CD, key), message)
    for name, team in environment.teams.items():
        for key in ("argo_cd_admins", "argo_cd_viewers", "repositories", "network_policies"):
            if getattr(team, key):
                yield Problem(("teams", name, key), message)


def argo_cd_lets_people_in(environment: Environment) -> Iterator[Problem]:
    """Somebody can log in, and single sign-on knows where to send people back to."""
    settings = environment.platform.argo_cd
    if not settings.enabled:
        return
    if not settings.admin_enabled and not settings.connectors:
        message = "leaves nobody who could log in: there are no connectors"
        yield Problem((*ARGO_CD, "admin_enabled"), message, value=False)
    if settings.connectors and settings.host is None:
        message = "is missing: single sign-on sends people back to it"
        yield Problem((*ARGO_CD, "host"), message, None)
    elif settings.connectors and environment.edge.enabled and environment.edge.tls == "none":
        message = "would send people back to HTTPS, and the front door has no certificate"
        allowed = "edge.hosted_zone with edge.domain_names, or edge.certificate_arn"
        yield Problem((*ARGO_CD, "connectors"), message, allowed=allowed)


def argo_cd_host_is_served(environment: Environment) -> Iterator[Problem]:
    """The front door has a record and a certificate for Argo CD's name."""
    settings = environment.platform.argo_cd
    if settings.enabled:
        yield from host_is_served(environment, (*ARGO_CD, "host"), settings.host)


def argo_cd_fits_on_the_nodes(environment: Environment) -> Iterator[Problem]:
    """Redis pods that keep to different nodes need as many, and nothing else makes any."""
    wanted = environment.platform.argo_cd.high_availability
    enough = always_has_nodes(environment, HIGH_AVAILABILITY_NODES)
    if wanted and not enough and environment.cluster.autoscaler == "none":
        message = f"needs {HIGH_AVAILABILITY_NODES} nodes, and fewer may be there"
        allowed = "null, or a larger cluster.system_nodes.min_size"
        yield Problem((*ARGO_CD, "high_availability"), message, wanted, allowed)


def argo_cd_clusters_are_others(environment: Environment) -> Iterator[Problem]:
    """Argo CD knows its own cluster, and every other one by one name."""
    servers: dict[str, str] = {}
    for name, cluster in environment.platform.argo_cd.clusters.items():
        path = (*ARGO_CD, "clusters", name)
        if name == HERE:
            yield Problem(path, "is Argo CD's name of the cluster that it runs in", name)
        if cluster.server in servers:
            message = f"is the address of {servers[cluster.server]} already"
            yield Problem((*path, "server"), message, cluster.server)
        servers[cluster.server] = name


def storage_classes_are_plain(environment: Environment) -> Iterator[Problem]:
    """The storage classes have different names."""
    settings, path = environment.platform.storage_classes, ("platform", "storage_classes")
    if settings.shared == settings.volumes:
        yield Problem((*path, "shared"), "is the name of the default class", settings.shared)


def applications_have_argo_cd(environment: Environment) -> Iterator[Problem]:
    """What a team deploys with Argo CD needs it, and goes to a place that the team has."""
    for name, team in environment.teams.items():
        path, applications = ("teams", name, "applications"), team.applications
        if applications is None:
            continue
        if not ADDON.installed(environment):
            yield Problem(path, "needs platform.argo_cd, which is switched off")
        if applications.namespace and applications.namespace not in team.namespaces:
            message, namespaces = "is no namespace of the team", ", ".join(team.namespaces)
            yield Problem((*path, "namespace"), message, applications.namespace, namespaces)
        clusters = environment.platform.argo_cd.clusters
        if applications.cluster and applications.cluster not in clusters:
            message = "is none of platform.argo_cd.clusters"
            yield Problem((*path, "cluster"), message, applications.cluster, ", ".join(clusters))
