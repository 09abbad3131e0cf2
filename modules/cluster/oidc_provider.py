"""How pods get AWS permissions: Pod Identity, or IRSA with the cluster's OIDC provider."""

from cdktf import Fn, TerraformLocal
from cdktf_cdktf_provider_aws.eks_cluster import EksCluster
from cdktf_cdktf_provider_aws.iam_openid_connect_provider import IamOpenidConnectProvider
from constructs import Construct

from config.environment import Environment
from modules.identity.pod_identity import ClusterIdentity


def cluster_identity(
    scope: Construct, environment: Environment, cluster: EksCluster
) -> ClusterIdentity:
    """The identity of the cluster, for the roles of service accounts.

    With `identity: irsa` it makes the OIDC provider in IAM. IAM verifies the issuer's certificate
    against its own list of CAs, so that no thumbprint is needed.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/enable-iam-roles-for-service-accounts.html
    """
    name = environment.cluster_name
    if environment.cluster.identity == "pod_identity":
        return ClusterIdentity(name, cluster.name, "pod_identity")
    issuer = cluster.identity.get(0).oidc.get(0).issuer
    provider = IamOpenidConnectProvider(
        scope,
        "oidc_provider",
        url=issuer,
        client_id_list=["sts.amazonaws.com"],
        tags={"Name": name},
    )
    # A local, because the quotes of the expression would break the JSON of policies.
    host = TerraformLocal(scope, "oidc_issuer", Fn.replace(issuer, "https://", ""))
    return ClusterIdentity(name, cluster.name, "irsa", provider.arn, host.as_string)
