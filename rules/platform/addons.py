"""Rules of the `platform` section for all add-ons, also for disabled ones."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from config import versions
from config.addon_settings import FurtherChart, ObjectsSettings
from config.environment import Environment
from config.platform import addon_keys
from config.problem import Path, Problem
from modules.addons.catalog import all_addons, enabled_addons, releases_of
from modules.helm.contract import Addon
from modules.helm.graph import graph_problems
from rules.inline_secrets import written_secrets
from rules.registration import rule

RESERVED: Final = ("\ue000", "\ue001")
"""Characters that enclose references in values; see modules/helm/references.py."""

ARGO_CD_SETTINGS: Final = ("host", "connectors", "rbac", "repositories", "root", "clusters")
"""Settings for the users and repositories of Argo CD."""


@rule("cluster", "platform")
def addons_have_what_they_require(environment: Environment) -> Iterator[Problem]:
    """The requirements of an add-on are installed, without cycles."""
    yield from graph_problems(
        environment,
        enabled_addons(environment),
        lambda: (*all_addons(), *releases_of(environment)),
    )


@rule("cluster", "platform")
def addon_versions_fit_kubernetes(environment: Environment) -> Iterator[Problem]:
    """A chart version that the user sets supports the Kubernetes version."""
    minor = environment.cluster.version
    if minor not in versions.minors():
        return
    for addon, version, path in _own_versions(environment):
        if not versions.chart_fits(addon.chart, version, minor):
            nearest = versions.nearest_chart(addon.chart, minor)
            message = f"does not support Kubernetes {minor}"
            yield Problem(path, message, version, f"{nearest} or newer", nearest)


@rule("cluster", "platform")
def addon_versions_are_written_as_published(environment: Environment) -> Iterator[Problem]:
    """A chart version begins with v exactly if its project's versions do."""
    for addon, version, path in _own_versions(environment):
        published = versions.table().charts[addon.chart].version
        if version.startswith("v") != published.startswith("v"):
            right = version.removeprefix("v")
            right = f"v{right}" if published.startswith("v") else right
            yield Problem(
                path, "is not a version of this chart", version, f"as in {published}", right
            )


@rule("cluster", "platform")
def addon_versions_fit_the_values(environment: Environment) -> Iterator[Problem]:
    """A chart version is not of an older major than the values that are set here.

    Whether a newer major accepts them is not known here.
    """
    minor = environment.cluster.version
    if minor not in versions.minors():
        return
    for addon, version, path in _own_versions(environment):
        known = versions.chart_version(addon.chart, minor)
        oldest = versions.number(known)[0]
        if versions.number(version)[0] < oldest:
            message = f"of {addon.chart} has other values than those that are set here"
            yield Problem(path, message, version, f"{oldest}.0.0 or newer", known)


@rule("cluster", "platform", severity="warning")
def addon_versions_have_no_known_vulnerability(environment: Environment) -> Iterator[Problem]:
    """A chart version that the user sets has no vulnerability that the version table knows."""
    known = versions.table().security.charts
    for addon, version, path in _own_versions(environment):
        fixed = known.get(addon.chart)
        if fixed is not None and versions.number(version) < versions.number(fixed.version):
            message = f"has a known vulnerability, {fixed.source}; fixed in {fixed.version}"
            yield Problem(path, message, version)


def _own_versions(environment: Environment) -> Iterator[tuple[Addon, str, Path]]:
    """The configured chart versions, with their paths."""
    for addon in enabled_addons(environment):
        if not (addon.chart and addon.accepts_values and addon.installed(environment)):
            continue
        version = addon.chart_settings(environment).version
        if version is not None:
            yield addon, version, (*addon.chart_path, "version")


def _own_values(environment: Environment) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """The configured values of charts, with their paths."""
    for key in addon_keys():
        settings = environment.platform.addon(key)
        if isinstance(settings, ObjectsSettings):
            continue
        yield ("platform", key, "values"), settings.values
        for name, field in type(settings).model_fields.items():
            if isinstance(field.annotation, type) and issubclass(field.annotation, FurtherChart):
                yield ("platform", key, name, "values"), getattr(settings, name).values
    for name, release in environment.platform.releases.items():
        yield ("platform", "releases", name, "values"), release.values
        for index, each in enumerate(release.objects):
            yield ("platform", "releases", name, "objects", index), each


@rule("platform")
def addon_values_are_data(environment: Environment) -> Iterator[Problem]:
    """Values of charts do not contain the characters that mark references."""
    for place, values in _own_values(environment):
        for path, text in _texts(place, values):
            if any(character in text for character in RESERVED):
                yield Problem(path, "has a character of Unicode's private use area", text)


@rule("platform")
def addon_values_have_no_secrets(environment: Environment) -> Iterator[Problem]:
    """Secrets are references, not values: values end up in the Terraform state."""
    for place, values in _own_values(environment):
        for found in written_secrets(place, values):
            yield Problem(found, "is a secret, which would end up in the Terraform state")


def _texts(path: Path, value: Any) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts((*path, key), inner)
    elif isinstance(value, Sequence):
        for index, inner in enumerate(value):
            yield from _texts((*path, index), inner)


@rule("platform")
def settings_of_add_ons_that_are_off_have_no_effect(environment: Environment) -> Iterator[Problem]:
    """Settings that only a disabled add-on reads have no effect."""
    argo_cd, gateway = environment.platform.argo_cd, environment.platform.istio_gateway
    if not argo_cd.enabled:
        for key in ARGO_CD_SETTINGS:
            if getattr(argo_cd, key) != type(argo_cd).model_fields[key].get_default():
                message = "has no effect: platform.argo_cd is switched off"
                yield Problem(("platform", "argo_cd", key), message)
        if argo_cd.cluster_metadata.enabled:
            path = ("platform", "argo_cd", "cluster_metadata", "enabled")
            yield Problem(path, "has no effect: platform.argo_cd is switched off", value=True)
    if not gateway.enabled:
        for number, host in enumerate(gateway.hosts):
            message = "has no effect while platform.istio_gateway.enabled is false"
            yield Problem(("platform", "istio_gateway", "hosts", number), message, host)
