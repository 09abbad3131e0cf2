"""How pods of the cluster get AWS permissions: Pod Identity, or an OIDC provider."""

from cdktf import Fn, TerraformLocal
from cdktf_cdktf_provider_aws.eks_cluster import EksCluster
from cdktf_cdktf_provider_aws.iam_openid_connect_provider import IamOpenidConnectProvider
from constructs import Construct

from config.environment import Environment
from modules.identity.pod_identity import ClusterIdentity


def cluster_identity(
    scope: Construct, environment: Environment, cluster: EksCluster
) -> ClusterIdentity:
    """Describes the cluster to what gives pods their roles, and makes what that needs.

    With `identity: irsa` it makes the cluster's OIDC provider in IAM. IAM checks the issuer's
    certificate against its own list of authorities, so no thumbprint is pinned.

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
    # A local keeps the quotes of the expression out of the policies that name the issuer.
    host = TerraformLocal(scope, "oidc_issuer", Fn.replace(issuer, "https://", ""))
    return ClusterIdentity(name, cluster.name, "irsa", provider.arn, host.as_string)
