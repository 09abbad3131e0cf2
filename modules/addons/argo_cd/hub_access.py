"""Roles for Argo CD's access to additional clusters (G6)."""

from cdktf import ITerraformDependable
from constructs import Construct

from config.derived import fleet
from config.environment import Environment
from modules.addons.argo_cd.addon import ADDON
from modules.addons.argo_cd.hub import assume_cluster_roles, manages_others
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
        if not manages_others(environment) or not ADDON.installed(environment):
            return
        identity = remote_identity(environment, outputs)
        for account in fleet.ACCOUNTS:
            role = ServiceAccountRole(
                scope,
                f"{account.replace('-', '_')}_role",
                environment,
                cluster=identity,
                service_account=ServiceAccount(ADDON.namespace_in(environment), account),
                name=fleet.regional_role_name(environment, account),
                given=environment.identity.roles.addons.get(account),
                policies={"clusters": [assume_cluster_roles(environment)]},
            )
            self.ready += role.ready
