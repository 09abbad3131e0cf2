"""How to reach the API of an EKS cluster: what the platform stack's providers use."""

import base64
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError
from botocore.signers import RequestSigner

from runner.backend.location import Location

_TOKEN_PREFIX: Final = "k8s-aws-v1."  # noqa: S105 - the format's name, no token
_CLUSTER_HEADER: Final = "x-k8s-aws-id"


@dataclass(frozen=True)
class ApiAccess:
    """Where the API is, and which certificate signs its own.

    Attributes:
        certificate_authority: PEM; empty for an address without TLS.
    """

    cluster: str
    endpoint: str
    certificate_authority: str


def described(location: Location, cluster: str, region: str) -> dict[str, Any] | None:
    """The answer of DescribeCluster; None if there is no such cluster.

    Raises:
        ClientError: EKS rejected the call.
    """
    try:
        return location.client("eks", region).describe_cluster(name=cluster)["cluster"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise


def access_to(cluster: dict[str, Any]) -> ApiAccess:
    """Reads how to reach a cluster from the answer of DescribeCluster."""
    authority = base64.b64decode(cluster["certificateAuthority"]["data"]).decode()
    return ApiAccess(cluster["name"], cluster["endpoint"], authority)


def token(location: Location, cluster: str, region: str) -> str:
    """A token as `aws eks get-token` makes it: a presigned GetCallerIdentity of STS.

    EKS accepts it for 15 minutes.

    Source: https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster
    """
    sts = location.client("sts", region)
    signer = RequestSigner(
        sts.meta.service_model.service_id,
        region,
        "sts",
        "v4",
        sts._request_signer._credentials,
        sts.meta.events,
    )
    request = {
        "method": "GET",
        "url": f"{sts.meta.endpoint_url}/?Action=GetCallerIdentity&Version=2011-06-15",
        "body": {},
        "headers": {_CLUSTER_HEADER: cluster},
        "context": {},
    }
    url = str(
        signer.generate_presigned_url(request, operation_name="", expires_in=60, region_name=region)
    )
    return _TOKEN_PREFIX + base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")
