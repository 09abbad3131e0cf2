"""The service account `default` of a namespace, which no pod should use (J8)."""

from cdktf_cdktf_provider_kubernetes.default_service_account_v1 import (
    DefaultServiceAccountV1,
    DefaultServiceAccountV1Metadata,
)
from cdktf_cdktf_provider_kubernetes.namespace_v1 import NamespaceV1
from constructs import Construct

NAME = "default"


def without_token(scope: Construct, id_: str, namespace: NamespaceV1) -> DefaultServiceAccountV1:
    """Mounts no token of it into pods, unless a pod asks for one.

    Kubernetes makes the account; this resource changes it, and its removal deletes nothing.

    Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting
    """
    return DefaultServiceAccountV1(
        scope,
        id_,
        metadata=DefaultServiceAccountV1Metadata(name=NAME, namespace=namespace.metadata.name),
        automount_service_account_token=False,
    )
