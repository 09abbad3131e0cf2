"""The role with which the EFS CSI driver mounts volumes that have the mount option `iam`.

It has no policy of its own: the policy of the file system says what it may do.

Sources: https://docs.aws.amazon.com/efs/latest/ug/mounting-IAM-option.html,
https://github.com/kubernetes-sigs/aws-efs-csi-driver/blob/master/docs/README.md
"""

from typing import Final

from constructs import Construct

from config.derived import names
from config.environment import Environment
from modules.cluster.role_names import EFS_MOUNT, has_mount_role
from modules.identity.pod_identity import ClusterIdentity, ServiceAccount, ServiceAccountRole

NODE_PODS: Final = ServiceAccount("kube-system", "efs-csi-node-sa")
"""The driver's pods on the nodes, which mount; its controller has another service account."""


def mount_role(
    scope: Construct, environment: Environment, identity: ClusterIdentity
) -> ServiceAccountRole | None:
    """Makes the role; None without `cluster.efs.iam`."""
    if not has_mount_role(environment):
        return None
    return ServiceAccountRole(
        scope,
        "efs_mount_role",
        environment,
        cluster=identity,
        service_account=NODE_PODS,
        name=_name(environment),
        given=environment.identity.roles.addons.get(EFS_MOUNT),
    )


def mount_role_arn(environment: Environment) -> str:
    """ARN of the role, known before it exists."""
    given = environment.identity.roles.addons.get(EFS_MOUNT)
    return given or names.role_arn(environment, _name(environment))


def _name(environment: Environment) -> str:
    return f"{environment.cluster_name}-{EFS_MOUNT}"
