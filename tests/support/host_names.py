"""Objects with host names in the namespace of a team, and what the API says to them."""

from typing import Any, Final

import pytest

from tools.kubernetes import Client, KubernetesError

NAMESPACE: Final = "shop"
"""The namespace of the team, and the team's name."""

OWN = "www.shop.platform.example.com"
"""A host of the team."""

REDIRECT = {"nginx.ingress.kubernetes.io/from-to-www-redirect": "true"}
"""Of a name without `www.` to the one with it, or the other way round."""

Object = dict[str, Any]


def host_object(
    api_version: str, kind: str, spec: Object, annotations: Object | None = None
) -> Object:
    """An object in the namespace of the team."""
    metadata = {"name": "attack", "namespace": NAMESPACE, "annotations": annotations or {}}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec}


def ingress(host: str | None = OWN, *, tls: str = OWN, **annotations: str) -> Object:
    """An Ingress for a host and the host of its certificate."""
    service = {"name": "web", "port": {"number": 80}}
    paths = [{"path": "/", "pathType": "Prefix", "backend": {"service": service}}]
    rule = {"http": {"paths": paths}} | ({"host": host} if host else {})
    spec = {"ingressClassName": "nginx", "rules": [rule], "tls": [{"hosts": [tls]}]}
    return host_object("networking.k8s.io/v1", "Ingress", spec, annotations)


def dry_run(client: Client, manifest: Object) -> None:
    """Sends a new object that is not stored.

    Raises:
        KubernetesError: it is refused.
    """
    type_, namespace = manifest["apiVersion"], manifest["metadata"]["namespace"]
    path = client.type_of(type_, manifest["kind"]).collection(namespace)
    client.request("POST", path, manifest, dryRun="All", fieldValidation="Strict")


def refusal_of(client: Client, manifest: Object) -> str:
    """What the policy says that refuses an object; fails where it is admitted."""
    with pytest.raises(KubernetesError, match="ValidatingAdmissionPolicy") as refused:
        dry_run(client, manifest)
    return str(refused.value)


def admits(client: Client, manifest: Object) -> bool:
    """Whether the API admits an object."""
    try:
        dry_run(client, manifest)
    except KubernetesError:
        return False
    return True
