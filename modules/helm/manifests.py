"""Builds Kubernetes objects."""

from collections.abc import Mapping
from typing import Any

from modules.helm.contract import Manifest


def manifest(
    api_version: str,
    kind: str,
    name: str,
    spec: Mapping[str, Any],
    *,
    namespace: str | None = None,
) -> Manifest:
    """A Kubernetes object.

    Args:
        api_version: group and version, for example `cert-manager.io/v1`.
        namespace: None for cluster-scoped objects.
    """
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": dict(spec)}
