"""Connects to the API of an environment's cluster."""

from typing import Any

from runner.backend.location import Location
from runner.kubernetes.access import access_to, described, token
from runner.kubernetes.api import Kubernetes, KubernetesUnreachableError, NoAnswerError
from runner.kubernetes.proxy import proxy_to
from runner.kubernetes.ways import ways_to
from runner.manifest import Stack


def connect_to(location: Location, cluster: str, region: str) -> Kubernetes | None:
    """Connects to a cluster; None if it does not exist.

    Raises:
        KubernetesUnreachableError: the API does not answer, or refuses the credentials.
        ClientError: EKS rejected the call.
    """
    found = described(location, cluster, region)
    if found is None:
        return None
    if "endpoint" not in found:
        raise KubernetesUnreachableError(
            f"The cluster {cluster} is {found['status']} and has no Kubernetes API."
        )
    proxy = proxy_to(location.environment)
    api = Kubernetes(access_to(found), lambda: token(location, cluster, region), proxy)
    try:
        api.check()
    except NoAnswerError as error:
        error.ways = ways_to(location.environment, found)
        raise
    return api


def cluster_read_by(stack: Stack) -> tuple[str, str] | None:
    """Name and region of the cluster that a stack's providers find by its name; None for none."""
    data: dict[str, Any] = stack.document.get("data", {}).get("aws_eks_cluster", {})
    for cluster in data.values():
        return cluster["name"], stack.document["provider"]["aws"][0]["region"]
    return None


def require_reachable(stack: Stack, location: Location) -> None:
    """Checks that the API answers, if a stack needs one and its cluster exists.

    Raises:
        KubernetesUnreachableError: it does not, or refuses the credentials.
        ClientError: EKS rejected the call.
    """
    cluster = cluster_read_by(stack)
    if cluster is None:
        return
    try:
        connect_to(location, *cluster)
    except KubernetesUnreachableError as error:
        needed = f"{stack.name} needs it, so Terraform was not started there."
        raise KubernetesUnreachableError(f"{error} {needed} {error.ways}".strip()) from error
