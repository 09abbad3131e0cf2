"""The cluster's identity for later stacks, from its name and the outputs in its state."""

from config.environment import Environment
from modules.identity.service_account import ClusterIdentity
from modules.remote_state import RemoteOutputs


def remote_identity(environment: Environment, outputs: RemoteOutputs) -> ClusterIdentity:
    """The identity of the environment's cluster; only IRSA reads outputs."""
    irsa = environment.cluster.identity == "irsa"
    return ClusterIdentity(
        name=environment.cluster_name,
        cluster_name_token=environment.cluster_name,
        mode=environment.cluster.identity,
        oidc_provider_arn=outputs.get("cluster.oidc_provider_arn") if irsa else None,
        oidc_issuer=outputs.get("cluster.oidc_issuer") if irsa else None,
    )
