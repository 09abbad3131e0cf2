"""The shared file system in the data stack, where it outlives the cluster."""

from cdktf import TerraformProvider, TerraformStack

from config.derived import replication, routing
from config.environment import Environment
from modules.cluster.efs import MountRole, SharedFileSystem
from modules.cluster.efs_access_points import access_points
from modules.cluster.efs_mount_role import mount_role_arn
from modules.cluster.efs_replication import efs_replication
from modules.cluster.security_groups import security_group
from modules.network.remote import RemoteNetwork
from modules.outputs import Output, add_outputs
from modules.remote_state import RemoteOutputs


def shared_files(
    stack: TerraformStack, environment: Environment, elsewhere: TerraformProvider | None
) -> None:
    """Makes the file system, its security group, access points and replication, and outputs.

    The rules of the security group are in the cluster stack, with the groups of the nodes. The role
    that may mount is there as well: the policy of the file system knows its name.

    Args:
        elsewhere: the provider of the replication's destination; None without one.
    """
    network = RemoteNetwork(stack, environment)
    group = security_group(stack, environment, "file_system", network.vpc_id)
    has_role = environment.cluster.efs.iam != "off"
    role = MountRole(mount_role_arn(environment), exists=False) if has_role else None
    files = SharedFileSystem(stack, environment, network, group, role)
    outputs = {
        "efs_file_system_id": Output(files.id, "The shared file system"),
        "file_system_security_group_id": Output(group, "Security group: file system"),
    }
    if environment.regions:
        code = Output(routing.code(environment), "Code of the region, which runner/ reads")
        outputs["region_code"] = code
    if volumes := access_points(stack, environment, files.id):
        outputs["access_point_ids"] = Output(volumes, "Access points by volume")
    add_outputs(stack, outputs)
    destination = replication.file_destination(environment)
    if destination is not None and elsewhere is not None:
        suffix = f"_{routing.code(destination)}"
        there = RemoteOutputs(stack, destination, suffix).get("data.efs_file_system_id")
        efs_replication(stack, files.id, destination, there, elsewhere)
