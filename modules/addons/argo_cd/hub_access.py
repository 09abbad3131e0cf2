"""Roles for Argo CD's access to additional clusters (G6)."""

from cdktf import ITerraformDependable
from constructs import Construct

from config.environment import Environment
from modules.addons.argo_cd.addon import ADDON
from modules.addons.argo_cd.hub import ACCOUNTS, assume_cluster_roles, regional_role_name
from modules.identity.pod_identity import ServiceAccount, ServiceAccountRole
from modules.identity.remote_cluster import remote_identity
from modules.remote_state import RemoteOutputs


class HubAccess:
    """A role for each service account of Argo CD that calls other clusters.

    Attributes:
        ready: what Argo CD must depend on; empty without additional clusters.
    """

    def __init__(self, scope: Construct, environment: Environment, outputs: RemoteOutputs) -> None:
        """Makes the roles, where there are additional clusters.

        Raises:
            LimitError: the clusters' roles do not fit into one policy.
        """
        self.ready: list[ITerraformDependable] = []
        if not environment.platform.argo_cd.clusters or not ADDON.installed(environment):
            return
        identity = remote_identity(environment, outputs)
        for account in ACCOUNTS:
            role = ServiceAccountRole(
                scope,
                f"{account.replace('-', '_')}_role",
                environment,
                cluster=identity,
                service_account=ServiceAccount(ADDON.namespace_in(environment), account),
                name=regional_role_name(environment, account),
                policies={"clusters": [assume_cluster_roles(environment)]},
            )
            self.ready += role.ready
