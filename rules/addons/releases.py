"""Rules of `platform.releases`."""

from collections.abc import Iterator
from typing import Final

from config.addons.releases import ReleaseSettings
from config.derived.workloads import release_roles
from config.environment import Environment
from config.problem import Path, Problem
from modules.addons.catalog import all_addons, enabled_addons
from modules.helm.pod_security import KUBERNETES_NAMESPACES
from rules.duplicates import repeated
from rules.permissions import (
    broken_permissions,
    missing_permissions,
    several_roles,
    unwise_permissions,
)
from rules.registration import rule

SECTION: Final[Path] = ("platform", "releases")

SUFFIXES: Final = ("-dashboards", "-prerequisites", "-resources")
"""Ends of the names of further releases of an add-on, or of a release."""

RESERVED_PREFIX: Final = "kube-"

OF_A_CHART: Final = ("chart", "values", "roles", "skip_crds")
"""Settings that a release without a chart does not read."""


@rule("platform")
def release_names_are_free(environment: Environment) -> Iterator[Problem]:
    """A release has no name of an add-on's release."""
    releases = environment.platform.releases
    taken = {addon.name for addon in all_addons()} if releases else set[str]()
    for name in releases:
        if name in taken:
            message = "is the name of an add-on, which has settings of its own under platform"
            yield Problem((*SECTION, name), message, name)
        elif name.endswith(SUFFIXES):
            message = "ends like the further releases of an add-on"
            allowed = f"another end than {', '.join(SUFFIXES)}"
            yield Problem((*SECTION, name), message, name, allowed)


@rule("cluster", "platform")
def release_namespaces_are_free(environment: Environment) -> Iterator[Problem]:
    """A release is in no namespace of Kubernetes or of an add-on; several may share one."""
    releases = environment.platform.releases
    owners = {
        addon.namespace_in(environment): addon.title
        for addon in (enabled_addons(environment) if releases else ())
        if addon.installed(environment) and addon.name not in releases
    }
    for name, release in releases.items():
        namespace = release.namespace or name
        path = (*SECTION, name, "namespace")
        if namespace in KUBERNETES_NAMESPACES or namespace.startswith(RESERVED_PREFIX):
            yield Problem(path, "belongs to Kubernetes", namespace)
        elif namespace in owners:
            yield Problem(path, f"belongs to {owners[namespace]}", namespace)


@rule("platform")
def releases_need_others_once(environment: Environment) -> Iterator[Problem]:
    """A release needs other releases, each named once."""
    for name, release in environment.platform.releases.items():
        path = (*SECTION, name, "needs")
        yield from repeated(path, release.needs)
        for index, needed in enumerate(release.needs):
            if needed == name:
                yield Problem((*path, index), "is this release itself", needed)


@rule("platform")
def releases_install_something(environment: Environment) -> Iterator[Problem]:
    """A release has a chart, with repository and version, or objects."""
    for name, release in environment.platform.releases.items():
        path = (*SECTION, name)
        if release.repository is not None and release.version is None:
            message = "is missing: a release has one exact version of its chart"
            yield Problem((*path, "version"), message, involved=((*path, "repository"),))
        elif release.repository is None and release.version is not None:
            yield Problem((*path, "repository"), "is missing", involved=((*path, "version"),))
        elif release.repository is None:
            yield from _without_chart(path, release)


def _without_chart(path: Path, release: ReleaseSettings) -> Iterator[Problem]:
    if not release.objects:
        message = "installs nothing"
        yield Problem(path, message, allowed="repository and version, or objects")
    for key in OF_A_CHART:
        if getattr(release, key) != type(release).model_fields[key].get_default():
            message = "has no effect without repository and version of a chart"
            yield Problem((*path, key), message)


@rule("platform")
def objects_of_releases_are_complete(environment: Environment) -> Iterator[Problem]:
    """Objects of a release have group and version, kind and name, and are no Secrets."""
    for name, release in environment.platform.releases.items():
        for index, each in enumerate(release.objects):
            path = (*SECTION, name, "objects", index)
            for key in ("apiVersion", "kind"):
                if not isinstance(each.get(key), str):
                    yield Problem((*path, key), "is missing: Kubernetes needs it")
            metadata = each.get("metadata")
            if not (isinstance(metadata, dict) and isinstance(metadata.get("name"), str)):
                yield Problem((*path, "metadata", "name"), "is missing: Kubernetes needs it")
            if each.get("kind") == "Secret" and each.get("apiVersion") == "v1":
                message = "would be stored in the Terraform state"
                yield Problem((*path, "kind"), message, "Secret", "an ExternalSecret")


@rule("account", "region", "cluster", "platform")
def roles_of_releases_are_accepted(environment: Environment) -> Iterator[Problem]:
    """IAM accepts the policies of releases, and a service account has one role.

    With IRSA the service account names its role.
    """
    roles = tuple(release_roles(environment))
    yield from several_roles(roles)
    for each in roles:
        yield from broken_permissions(environment, each.path, each.permissions)
    if environment.cluster.identity != "irsa":
        return
    for name, release in environment.platform.releases.items():
        for account, role in release.roles.items():
            if role.annotations is None:
                path = (*SECTION, name, "roles", account)
                message = "is missing: with irsa the service account names its role"
                allowed = "the path of a value, for example serviceAccount.annotations"
                yield Problem((*path, "annotations"), message, allowed=allowed, involved=(path,))


@rule("platform", last=True)
def roles_of_releases_have_permissions(environment: Environment) -> Iterator[Problem]:
    """A role of a release has at least one of statements, policies and a target role."""
    for each in release_roles(environment):
        yield from missing_permissions(each.path, each.permissions)


@rule("platform", severity="warning")
def permissions_of_releases_are_narrow(environment: Environment) -> Iterator[Problem]:
    """Releases have permissions for some actions on some resources."""
    for each in release_roles(environment):
        yield from unwise_permissions(each.path, each.permissions)


@rule("platform", severity="warning")
def repositories_are_without_the_chart(environment: Environment) -> Iterator[Problem]:
    """The address of a repository does not contain the name of the chart, which follows it."""
    for name, release in environment.platform.releases.items():
        chart = release.chart or name
        if release.repository is not None and release.repository.endswith(f"/{chart}"):
            path = (*SECTION, name, "repository")
            message = f"ends with the name of the chart: it is {release.repository}/{chart} then"
            yield Problem(path, message, release.repository)


@rule("platform", severity="warning")
def pods_of_releases_reach_what_they_need(environment: Environment) -> Iterator[Problem]:
    """A chart's pods have traffic, and connections to AWS where they have a role."""
    if not environment.platform.network_policies.enabled:
        return
    for name, release in environment.platform.releases.items():
        groups, path = release.traffic.values(), (*SECTION, name, "traffic")
        if release.repository is None or not release.enabled:
            continue
        involved = ((*SECTION, name),)
        if not groups:
            message = "is empty: network policies deny its pods all connections but DNS"
            yield Problem(path, message, {}, involved=involved)
        elif release.roles and not any(group.aws for group in groups):
            message = "has no group with aws: true, so that no pod can use its role"
            yield Problem(path, message, ", ".join(release.traffic), involved=involved)
