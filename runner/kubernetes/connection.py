"""Connects to the API of an environment's cluster."""

from runner.backend.location import Location
from runner.kubernetes.access import access_to, described, token
from runner.kubernetes.api import Kubernetes, KubernetesUnreachableError


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
    api = Kubernetes(access_to(found), lambda: token(location, cluster, region))
    api.check()
    return api
