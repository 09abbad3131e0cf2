"""The replica of the state in `state.replica_region`."""

from cdktf import TerraformProvider
from constructs import Construct

from backend.state_backend import StateBackend, state_bucket
from config.derived import names
from config.environment import Environment
from modules.identity.kms import EncryptionKey
from modules.storage.access_log import access_log
from modules.storage.replication import ReplicationBucket, bucket_replication


def state_replica(
    scope: Construct,
    environment: Environment,
    backend: StateBackend,
    region: str,
    provider: TerraformProvider,
) -> None:
    """Makes key, bucket, role and rule that replicate every version of every state (B6).

    Deletions are not replicated: a state deleted in one region stays in the other. `provider` is
    that of the replica's region.
    """
    key = EncryptionKey(
        scope,
        "replica_key",
        environment,
        alias=names.state_key_alias(environment),
        description=f"Copy of the Terraform state of {environment.name}",
        provider=provider,
        prevent_destroy=True,
    )
    replica = state_bucket(
        scope,
        "replica",
        environment,
        names.state_replica_bucket(environment),
        key,
        names.state_key_alias_arn(environment, region),
        provider,
    )
    log_name = names.state_replica_log_bucket(environment)
    access_log(
        scope,
        "replica",
        environment,
        replica,
        log_name,
        expiration_days=environment.state.access_log_days,
        noncurrent_version_days=environment.state.noncurrent_version_days,
        prevent_destroy=True,
        provider=provider,
    )
    bucket_replication(
        scope,
        "state_replication",
        environment,
        ReplicationBucket(
            backend.bucket.arn, backend.bucket.bucket.id, environment.region, backend.key.arn
        ),
        ReplicationBucket(replica.arn, replica.bucket.arn, region, key.arn),
        role=f"{environment.name}-tfstate-replication",
        role_id="replication",
        description="Copies the Terraform state to another region",
        rule="state",
        depends_on=[backend.bucket.versioning, replica.versioning],
    )
