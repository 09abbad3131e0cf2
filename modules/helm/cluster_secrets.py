"""Kubernetes Secrets that an add-on needs to start, made by External Secrets.

Terraform declares the Secret and never sees its content.
"""

from collections.abc import Mapping
from typing import Any, Final

from config.derived.secret_refs import secret_refs, source
from config.environment import Environment
from modules.helm.contract import Manifest
from modules.helm.manifests import manifest

API_VERSION: Final = "external-secrets.io/v1"


STORE: Final = "aws-secrets-manager"
"""The ClusterSecretStore of namespaces that belong to no team."""

GENERATORS: Final = "generators.external-secrets.io/v1alpha1"

REFRESH: Final = "1h"
"""How often External Secrets polls for changes. Secrets Manager charges for each call."""


def generated_secret(
    name: str, namespace: str, password: Mapping[str, Any], data: Mapping[str, str]
) -> tuple[Manifest, Manifest]:
    """A Secret with a password that is generated in the cluster, once.

    A second password would not be the one that the application has stored.

    Args:
        password: spec of the generator.
        data: keys of the Secret; `{{ .password }}` in their values is replaced by the password.

    Source: https://external-secrets.io/latest/api/generator/password/
    """
    generator = {"apiVersion": GENERATORS, "kind": "Password", "name": name}
    secret = {
        "refreshPolicy": "CreatedOnce",
        "target": {"name": name, "template": {"data": dict(data)}},
        "dataFrom": [{"sourceRef": {"generatorRef": generator}}],
    }
    return (
        manifest(GENERATORS, "Password", name, password, namespace=namespace),
        manifest(API_VERSION, "ExternalSecret", name, secret, namespace=namespace),
    )


def referenced_secrets(
    environment: Environment, addon: str, namespace: str, labels: Mapping[str, str] | None = None
) -> tuple[Manifest, ...]:
    """ExternalSecrets for the Secrets that an add-on's settings refer to.

    Each Secret gets the referenced keys from a JSON object in AWS Secrets Manager with the same
    keys. Secrets that are not managed here are left out.

    Args:
        addon: key of the `platform` section with the settings.

    Source: https://external-secrets.io/latest/api/externalsecret/
    """
    keys: dict[str, set[str]] = {}
    for each in secret_refs(environment):
        if each.addon == addon:
            keys.setdefault(each.name, set()).add(each.key)
    sources = {name: source(environment, name) for name in sorted(keys)}
    return tuple(
        _external_secret(name, namespace, found, sorted(keys[name]), labels)
        for name, found in sources.items()
        if found is not None
    )


def _external_secret(
    name: str, namespace: str, found: str, keys: list[str], labels: Mapping[str, str] | None
) -> Manifest:
    target: dict[str, Any] = {"name": name}
    if labels:
        target["template"] = {"metadata": {"labels": dict(labels)}}
    spec = {
        "refreshInterval": REFRESH,
        "secretStoreRef": {"kind": "ClusterSecretStore", "name": STORE},
        "target": target,
        "data": [{"secretKey": key, "remoteRef": {"key": found, "property": key}} for key in keys],
    }
    return manifest(API_VERSION, "ExternalSecret", name, spec, namespace=namespace)
