"""The role with which the EFS CSI driver mounts volumes that have the mount option `iam`.

It has no policy of its own: the policy of the file system says what it may do.

Sources: https://docs.aws.amazon.com/efs/latest/ug/mounting-IAM-option.html,
https://github.com/kubernetes-sigs/aws-efs-csi-driver/blob/master/docs/README.md
"""

from typing import Final

from constructs import Construct

from config.derived import names
from config.environment import Environment
from modules.identity.pod_identity import ClusterIdentity, ServiceAccount, ServiceAccountRole

NODE_PODS: Final = ServiceAccount("kube-system", "efs-csi-node-sa")
"""The driver's pods on the nodes, which mount; its controller has another service account."""


def mount_role(
    scope: Construct, environment: Environment, identity: ClusterIdentity
) -> ServiceAccountRole | None:
    """Makes the role; None without `cluster.efs.iam`."""
    efs = environment.cluster.efs
    if not efs.enabled or efs.iam == "off":
        return None
    return ServiceAccountRole(
        scope,
        "efs_mount_role",
        environment,
        cluster=identity,
        service_account=NODE_PODS,
        name=_name(environment),
    )


def mount_role_arn(environment: Environment) -> str:
    """ARN of the role, known before it exists."""
    role = names.role(environment, _name(environment))
    return f"arn:{environment.partition}:iam::{environment.account}:role/{role}"


def _name(environment: Environment) -> str:
    return f"{environment.cluster_name}-efs-mount"
