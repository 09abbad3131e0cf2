"""The access points of the volumes of `cluster.efs.volumes`, one directory each."""

from cdktf_cdktf_provider_aws.efs_access_point import (
    EfsAccessPoint,
    EfsAccessPointPosixUser,
    EfsAccessPointRootDirectory,
    EfsAccessPointRootDirectoryCreationInfo,
)
from constructs import Construct

from config.environment import Environment


def access_points(
    scope: Construct, environment: Environment, file_system_id: str
) -> dict[str, str]:
    """Makes them; returns their ids by the volume's name.

    EFS replicates directories but no access points: both regions have the same paths. EFS creates a
    directory at the first mount, in the destination of a replication when it is replicated.
    https://docs.aws.amazon.com/efs/latest/ug/enforce-root-directory-access-point.html
    """
    return {
        name: EfsAccessPoint(
            scope,
            f"volume_{name.replace('-', '_')}",
            file_system_id=file_system_id,
            posix_user=EfsAccessPointPosixUser(uid=volume.uid, gid=volume.gid),
            root_directory=EfsAccessPointRootDirectory(
                path=f"/shared/{name}",
                creation_info=EfsAccessPointRootDirectoryCreationInfo(
                    owner_uid=volume.uid, owner_gid=volume.gid, permissions=volume.permissions
                ),
            ),
            tags={"Name": f"{environment.cluster_name}-{name}"},
        ).id
        for name, volume in environment.cluster.efs.volumes.items()
    }
