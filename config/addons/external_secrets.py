"""Secrets of AWS Secrets Manager in the `platform` section."""

from typing import Annotated

from pydantic import Field, StringConstraints

from config.addon_settings import AddonSettings
from config.reading.form import Form
from config.types.aws import KmsKeyArn

SecretPrefix = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9/_+=.@!-]*[/_+=.@!-]$", max_length=256),
    Form("the beginning of names, up to and with a separator, for example prod/"),
]
"""A name without a separator at its end would be the beginning of others, too. The characters are
those of https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html, and
the `!` of secrets that AWS manages itself."""


SecretName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9/_+=.@!-]{1,512}$"),
    Form("the name of a secret in AWS Secrets Manager, for example prod/platform/alerts-slack"),
]
"""https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html"""

KubernetesSecretName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$"),
    Form("the name of a Kubernetes Secret"),
]


class ExternalSecretsSettings(AddonSettings):
    """External Secrets, which makes Kubernetes Secrets of those in AWS Secrets Manager."""

    prefixes: Annotated[list[SecretPrefix], Field(max_length=20)] = []
    """Beginnings of the names of the secrets that may be read. Default: `<environment>/`. What a
    team may read begins with the first of them and `<team>/`."""

    sources: Annotated[dict[KubernetesSecretName, SecretName | None], Field(max_length=100)] = {}
    """Where the Kubernetes Secrets come from that other settings name (`alerts-slack:url`), by
    their name: a secret in AWS Secrets Manager, a JSON object with the same keys. Default: the
    first of `prefixes`, then `platform/` and the Secret's name, for example
    `prod/platform/alerts-slack`. Null for one that somebody else makes: it has to be there before
    the add-on that reads it."""

    kms_keys: Annotated[list[KmsKeyArn], Field(max_length=20)] = []
    """Keys of your own that the secrets are encrypted with. The key that AWS manages needs no
    mention."""

    namespaced_stores: bool = False
    """Let namespaces have stores of their own (`SecretStore`). One that brings no credentials reads
    with External Secrets' own, and so reads what other teams have."""

    replicas: Annotated[int, Field(ge=1, le=10)] = 2
    """Replicas of the controller and of the certificate controller; one of each works, the rest
    wait."""

    webhook_replicas: Annotated[int, Field(ge=1, le=10)] = 2
    """Replicas of the webhook. While none answers, nobody changes an ExternalSecret."""
