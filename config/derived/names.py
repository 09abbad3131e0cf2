"""Names that several modules need, computed from the environment.

State resources have fixed names because the S3 backend of every stack contains them in its
configuration before they exist.
"""

from dataclasses import dataclass
from typing import Final

from config.derived import limits
from config.environment import Environment

MANAGED_BY: Final = "eks-platform"
"""Value of the tag `managed-by` of every resource."""


def stack(environment: Environment, name: str) -> str:
    """Name of a stack: `<environment>-<name>`."""
    return f"{environment.name}-{name}"


def state_bucket(environment: Environment) -> str:
    """Name of the bucket of the Terraform state."""
    if environment.state.bucket is not None:
        return environment.state.bucket
    return f"{environment.name}-tfstate-{environment.account}-{environment.region}"


def state_log_bucket(environment: Environment) -> str:
    """Name of the bucket of the state bucket's access log."""
    return f"{state_bucket(environment)}-logs"


def state_replica_bucket(environment: Environment) -> str:
    """Name of the state bucket's copy in the replica region."""
    return f"{state_bucket(environment)}-replica"


def state_replica_log_bucket(environment: Environment) -> str:
    """Name of the bucket of the replica bucket's access log."""
    return f"{state_replica_bucket(environment)}-logs"


def state_lock_table(environment: Environment) -> str:
    """Name of the DynamoDB table that holds the state locks and digests."""
    return f"{environment.name}-tfstate-lock"


def state_key_alias(environment: Environment) -> str:
    """Alias of the KMS key that encrypts the state."""
    return f"alias/{environment.name}-tfstate"


def state_key_alias_arn(environment: Environment, region: str | None = None) -> str:
    """ARN of the state key's alias, known before the key exists.

    Args:
        region: default: the environment's.
    """
    partition, account = environment.partition, environment.account
    alias = state_key_alias(environment)
    return f"arn:{partition}:kms:{region or environment.region}:{account}:{alias}"


def state_object_key(environment: Environment, stack_name: str) -> str:
    """Key of a stack's state in the state bucket."""
    return f"{environment.name}/{stack_name}.tfstate"


@dataclass(frozen=True)
class BucketNames:
    """Names of a bucket, of the bucket of its access log, and of its key's alias."""

    bucket: str
    log_bucket: str
    key_alias: str


def backups(environment: Environment) -> BucketNames:
    """Those of the bucket of Velero's backups."""
    return _bucket_names(environment, "velero", environment.platform.velero.bucket.name)


def backup_replica(environment: Environment) -> BucketNames:
    """Those of the bucket, in this environment's region, with the backups of the other region.

    They are its own, not derived from a name that is in the other region's settings.
    """
    name = f"{environment.name}-velero-replica-{environment.account}-{environment.region}"
    return _bucket_names(
        environment, "velero-replica", limits.shorten(name, limits.BUCKET_NAME - len("-logs"))
    )


def traces(environment: Environment) -> BucketNames:
    """Those of the bucket of traces."""
    return _bucket_names(environment, "traces", environment.platform.tracing.bucket.name)


def reports(environment: Environment) -> BucketNames:
    """Those of the bucket of reports."""
    return _bucket_names(environment, "reports", environment.platform.reports.bucket.name)


def _bucket_names(environment: Environment, content: str, given: str | None) -> BucketNames:
    name = environment.name
    bucket = given or f"{name}-{content}-{environment.account}-{environment.region}"
    return BucketNames(bucket, f"{bucket}-logs", f"alias/{name}-{content}")


def amp_key_alias(environment: Environment) -> str:
    """Alias of the KMS key that encrypts the workspace of `platform.monitoring.amp`."""
    return f"alias/{environment.name}-amp"


def amp_log_group(environment: Environment) -> str:
    """Name of the log group of that workspace.

    The prefix keeps the resource policy of CloudWatch Logs short, which AWS writes by itself.
    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html
    """
    return f"/aws/vendedlogs/prometheus/{environment.name}"


def volume_key_alias(environment: Environment) -> str:
    """Alias of the KMS key that encrypts EBS volumes."""
    return f"alias/{environment.name}-volumes"


def secrets_key_alias(environment: Environment) -> str:
    """Alias of the KMS key that encrypts replicated secrets."""
    return f"alias/{environment.name}-secrets"


def registry(environment: Environment) -> str:
    """Host name of the account's ECR registry in the region."""
    suffix = "amazonaws.com.cn" if environment.partition == "aws-cn" else "amazonaws.com"
    return f"{environment.account}.dkr.ecr.{environment.region}.{suffix}"


def registry_key_alias(environment: Environment) -> str:
    """Alias of the KMS key that encrypts container images."""
    return f"alias/{environment.name}-registry"


def repository_arn(environment: Environment, name: str) -> str:
    """ARN of an ECR repository; its name may contain asterisks."""
    partition, account, region = environment.partition, environment.account, environment.region
    return f"arn:{partition}:ecr:{region}:{account}:repository/{name}"


def default_tags(environment: Environment) -> dict[str, str]:
    """Tags of every resource: those of the environment, and those that identify it."""
    return {**environment.tags, "environment": environment.name, "managed-by": MANAGED_BY}


def control_plane_log_group(cluster: str) -> str:
    """Name of the log group that EKS writes to.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html
    """
    return f"/aws/eks/{cluster}/cluster"


def account_wide(environment: Environment, name: str) -> str:
    """A name of something that all regions of an account share."""
    return f"{name}-{environment.region}" if environment.identity.regional_names else name


def role(environment: Environment, name: str) -> str:
    """Name of an IAM role; shortened with a hash where it is too long."""
    return limits.shorten(account_wide(environment, name), limits.ROLE_NAME)


def role_arn(environment: Environment, name: str) -> str:
    """ARN of an IAM role of the environment, with its path, known before it exists.

    Args:
        name: its name within the region.
    """
    return iam_arn(environment, "role", role(environment, name))


def iam_arn(environment: Environment, type_: str, name: str) -> str:
    """ARN of what the environment has in IAM, with its path.

    Args:
        type_: `role`, `policy` or `instance-profile`.
        name: the name in the account.
    """
    path = environment.identity.path or "/"
    return f"arn:{environment.partition}:iam::{environment.account}:{type_}{path}{name}"


def name_in_arn(arn: str) -> str:
    """The name of a role in its ARN, which may have a path."""
    return arn.rpartition("/")[2]


def node_role(environment: Environment) -> str:
    """Name of the IAM role of managed node groups, or of the nodes of EKS Auto Mode.

    They are different: a role has one access entry, whose type cannot be changed.
    """
    given = environment.identity.roles.nodes
    suffix = "auto-node" if environment.cluster.auto_mode else "node"
    own = role(environment, f"{environment.cluster_name}-{suffix}")
    return name_in_arn(given) if given else own


def node_role_arn(environment: Environment) -> str:
    """ARN of that role, known before it exists."""
    return environment.identity.roles.nodes or iam_arn(environment, "role", node_role(environment))


def capability(environment: Environment, key: str) -> str:
    """Name within the region of the role of an EKS Capability, and the beginning of its policies'.

    Args:
        key: its key in `cluster.capabilities`.
    """
    return f"{environment.cluster_name}-{key.replace('_', '-')}-capability"


def capability_role_arn(environment: Environment, key: str) -> str:
    """ARN of that role, known before it exists."""
    return role_arn(environment, capability(environment, key))


def container_log_group(environment: Environment) -> str:
    """Name of the log group of pods and nodes, where logs go to CloudWatch."""
    return f"/aws/eks/{environment.cluster_name}/containers"


def container_log_group_arn(environment: Environment) -> str:
    """ARN of that log group, known before it exists."""
    partition, account, region = environment.partition, environment.account, environment.region
    return f"arn:{partition}:logs:{region}:{account}:log-group:{container_log_group(environment)}"
