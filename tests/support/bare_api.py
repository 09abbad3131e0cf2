"""Objects in a Kubernetes API without a platform."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tools.kubernetes import Client

Object = dict[str, Any]


@contextmanager
def made(client: Client, manifest: Object) -> Iterator[None]:
    """Makes an object, and deletes it at the end."""
    client.create(manifest)
    yield
    client.delete(manifest, seconds=60)


def crd(group: str, version: str, kind: str) -> Object:
    """A CRD of a kind whose spec may be anything."""
    plural = f"{kind.lower()}s"
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    schema = {"openAPIV3Schema": {"type": "object", "properties": {"spec": anything}}}
    served = {"name": version, "served": True, "storage": True, "schema": schema}
    metadata: Object = {"name": f"{plural}.{group}"}
    if group.endswith("k8s.io"):
        metadata["annotations"] = {"api-approved.kubernetes.io": "unapproved, for a test"}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": metadata,
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"kind": kind, "plural": plural, "singular": kind.lower()},
            "versions": [served],
        },
    }
