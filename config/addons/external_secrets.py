"""`platform.external_secrets`: Kubernetes Secrets from AWS Secrets Manager."""

from typing import Annotated

from pydantic import Field, StringConstraints

from config.addon_settings import AddonSettings
from config.reading.form import Form
from config.types.aws import KmsKeyArn
from config.types.secrets import SecretName, SecretPrefix

KubernetesSecretName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$"),
    Form("the name of a Kubernetes Secret"),
]


class ExternalSecretsSettings(AddonSettings):
    """External Secrets, which creates Kubernetes Secrets from AWS Secrets Manager."""

    prefixes: Annotated[list[SecretPrefix], Field(max_length=20)] = []
    """Prefixes of the names of the secrets that may be read. Default: `<environment>/`. A team may
    read secrets whose names begin with the first prefix and `<team>/`."""

    sources: Annotated[dict[KubernetesSecretName, SecretName | None], Field(max_length=100)] = {}
    """Sources of the Kubernetes Secrets that other settings refer to (`alerts-slack:url`), by the
    name of the Secret: the name of a secret in AWS Secrets Manager, which is a JSON object with the
    same keys. Default: the first of `prefixes`, `platform/` and the name of the Secret, for example
    `prod/platform/alerts-slack`. Null for a Secret that is created by other means; it must exist
    before the add-on that reads it is installed."""

    kms_keys: Annotated[list[KmsKeyArn], Field(max_length=20)] = []
    """Customer managed KMS keys of the secrets. The AWS managed key need not be listed."""

    namespaced_stores: bool = False
    """Allow namespaced stores (`SecretStore`). A store without credentials uses those of External
    Secrets, and so can read the secrets of other teams."""

    replicas: Annotated[int, Field(ge=1, le=10)] = 2
    """Replicas of the controller and of the certificate controller; one of each is the leader."""

    webhook_replicas: Annotated[int, Field(ge=1, le=10)] = 2
    """Replicas of the webhook. ExternalSecrets cannot be changed while none is available."""
