"""The Kubernetes Secrets that settings refer to, and their sources in AWS Secrets Manager."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from config.addons.monitoring.alertmanager import AlertReceiver
from config.derived import replication
from config.environment import Environment
from config.problem import Path

PLATFORM: Final = "platform/"
"""Follows the first prefix in the names of the platform's own secrets. It is a reserved team name,
so that no team's store can read them."""


@dataclass(frozen=True)
class SecretRef:
    """A key of a Kubernetes Secret that a setting refers to.

    Attributes:
        path: the setting.
        addon: the key of the `platform` section whose add-on reads it, in its namespace.
        name: the Secret.
        key: the key in the Secret.
    """

    path: Path
    addon: str
    name: str
    key: str


def secret_refs(environment: Environment) -> Iterator[SecretRef]:
    """All keys of Secrets that the settings of enabled add-ons refer to."""
    platform = environment.platform
    if platform.monitoring.enabled:
        yield from _monitoring(environment)
    if platform.reports.enabled and platform.reports.pictures:
        here = ("platform", "reports", "pictures", "token")
        yield _reference(here, "reports", platform.reports.pictures.token)
    if platform.fluent_bit.enabled and platform.fluent_bit.destination == "existing":
        yield from _log_store(environment)
    if platform.argo_cd.enabled:
        yield from _connectors(environment)


def source(environment: Environment, name: str) -> str | None:
    """The source of a Secret in AWS Secrets Manager; None where it has none."""
    settings = environment.platform.external_secrets
    if name in settings.sources:
        return settings.sources[name]
    return f"{prefixes(environment)[0]}{PLATFORM}{name}"


def prefixes(environment: Environment) -> list[str]:
    """Prefixes of the names of the secrets that may be read; first that of `replication`."""
    own = environment.platform.external_secrets.prefixes or [f"{environment.name}/"]
    shared = replication.secret_prefix(environment)
    if shared is None:
        return own
    return [shared, *(each for each in own if not each.startswith(shared))]


def _monitoring(environment: Environment) -> Iterator[SecretRef]:
    settings, path = environment.platform.monitoring, ("platform", "monitoring")
    if settings.grafana.sso:
        here = (*path, "grafana", "sso", "client_secret")
        yield _reference(here, "monitoring", settings.grafana.sso.client_secret)
    for name, receiver in settings.alertmanager.receivers.items():
        for inner, text in _credentials(receiver):
            here = (*path, "alertmanager", "receivers", name, *inner)
            yield _reference(here, "monitoring", text)


def _credentials(receiver: AlertReceiver) -> Iterator[tuple[Path, str]]:
    """The references in a receiver, each with its path."""
    for index, slack in enumerate(receiver.slack):
        yield ("slack", index, "url"), slack.url
    for index, pagerduty in enumerate(receiver.pagerduty):
        yield ("pagerduty", index, "routing_key"), pagerduty.routing_key
    for index, email in enumerate(receiver.email):
        if email.password:
            yield ("email", index, "password"), email.password
    for index, webhook in enumerate(receiver.webhook):
        yield ("webhook", index, "url"), webhook.url
        if webhook.token:
            yield ("webhook", index, "token"), webhook.token


def _log_store(environment: Environment) -> Iterator[SecretRef]:
    store, path = environment.platform.fluent_bit.existing, ("platform", "fluent_bit", "existing")
    if store is None:
        return
    if store.credentials:
        named, here = store.credentials, (*path, "credentials", "secret")
        for key in (named.username_key, named.password_key):
            yield SecretRef(here, "fluent_bit", named.secret, key)
    if store.ca_secret:
        yield SecretRef((*path, "ca_secret"), "fluent_bit", store.ca_secret, "ca.crt")


def _connectors(environment: Environment) -> Iterator[SecretRef]:
    for id_, connector in environment.platform.argo_cd.connectors.items():
        for key, text in connector.secrets.items():
            here = ("platform", "argo_cd", "connectors", id_, "secrets", key)
            yield _reference(here, "argo_cd", text)


def _reference(path: Path, addon: str, text: str) -> SecretRef:
    name, _, key = text.partition(":")
    return SecretRef(path, addon, name, key)
