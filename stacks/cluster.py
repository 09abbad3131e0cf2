"""The cluster stack: EKS with its nodes, add-ons, access and shared storage."""

from constructs import Construct

from config.environment import Environment
from modules.cluster.access_entries import access_entries, ci_access_entries
from modules.cluster.addons import Addons
from modules.cluster.auto_mode import auto_node_role
from modules.cluster.container_logs import container_logs
from modules.cluster.control_plane import ControlPlane
from modules.cluster.efs import MountRole, SharedFileSystem
from modules.cluster.efs_mount_role import mount_role
from modules.cluster.node_group import NodeGroups
from modules.cluster.oidc_provider import cluster_identity
from modules.cluster.outputs import cluster_outputs
from modules.cluster.security_group_rules import Group
from modules.cluster.security_groups import SecurityGroups
from modules.cluster.spoke_access import spoke_access
from modules.karpenter.karpenter import Karpenter
from modules.network.remote import RemoteNetwork
from modules.remote_state import RemoteOutputs
from stacks.base import EnvironmentStack


class ClusterStack(EnvironmentStack):
    """The EKS cluster of an environment (C1 to C8, D1, D3, D4, E1, H2, I4, J1)."""

    def __init__(self, scope: Construct, environment: Environment) -> None:
        super().__init__(scope, environment, "cluster")
        network = RemoteNetwork(self, environment)
        settings = environment.cluster
        own_files = settings.efs.enabled and settings.efs.stack == "cluster"
        data = RemoteOutputs(self, environment)
        existing: dict[Group, str] = (
            {"file_system": data.get("data.file_system_security_group_id")}
            if settings.efs.enabled and not own_files
            else {}
        )
        groups = SecurityGroups(self, environment, network.vpc_id, existing)
        control_plane = ControlPlane(self, environment, network, groups.ids["control_plane"])
        cluster = control_plane.cluster
        access_entries(self, environment, cluster)
        ci_access_entries(self, environment, cluster)
        spoke_access(self, environment, cluster)
        identity = cluster_identity(self, environment, cluster)
        addons = Addons(self, environment, identity, network.volume_key_arn)
        needed_by_nodes = addons.make("before_nodes")
        nodes = None
        if settings.auto_mode:
            node_role_name = auto_node_role(self, environment, cluster)
        else:
            nodes = NodeGroups(
                self,
                environment,
                cluster=cluster,
                network=network,
                security_group_id=groups.ids["node"],
                depends_on=[*groups.node_rules, *needed_by_nodes],
            )
            node_role_name = nodes.role_name
        mounting = mount_role(self, environment, identity)
        # In Auto Mode there are no nodes without the node pools of the platform stack.
        if nodes is not None:
            addons.make("after_nodes", [nodes.system, *(mounting.ready if mounting else ())])
        efs = None
        if own_files:
            role = MountRole(mounting.arn, exists=True) if mounting else None
            efs = SharedFileSystem(self, environment, network, groups.ids["file_system"], role)
        if settings.capabilities.enabled:
            # Imported here, because other environments do not need its bindings.
            from modules.cluster.capabilities import capabilities  # noqa: PLC0415

            capabilities(self, environment, cluster)
        container_logs(self, environment)
        karpenter = None
        if settings.runs_karpenter:
            karpenter = Karpenter(
                self, environment, cluster=identity, volume_key=network.volume_key_arn
            )
        cluster_outputs(
            self,
            environment,
            network=network,
            cluster=cluster,
            identity=identity,
            groups=groups,
            node_role_name=node_role_name,
            efs=efs,
            karpenter=karpenter,
        )
