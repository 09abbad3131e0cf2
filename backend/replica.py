"""The replica of the state in `state.replica_region`."""

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.s3_bucket_replication_configuration import (
    S3BucketReplicationConfigurationA,
    S3BucketReplicationConfigurationRule,
    S3BucketReplicationConfigurationRuleDeleteMarkerReplication,
    S3BucketReplicationConfigurationRuleDestination,
    S3BucketReplicationConfigurationRuleDestinationEncryptionConfiguration,
    S3BucketReplicationConfigurationRuleFilter,
    S3BucketReplicationConfigurationRuleSourceSelectionCriteria,
    S3BucketReplicationConfigurationRuleSourceSelectionCriteriaSseKmsEncryptedObjects,
)
from constructs import Construct

from backend.state_backend import StateBackend, state_bucket
from config.derived import names
from config.environment import Environment
from modules.identity.kms import EncryptionKey
from modules.identity.policy import Statement, policy_document, service_trust
from modules.identity.service_names import via_services
from modules.storage.access_log import access_log
from modules.storage.bucket import HardenedBucket


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
    role = IamRole(
        scope,
        "replication_role",
        name=names.role(environment, f"{environment.name}-tfstate-replication"),
        description="Copies the Terraform state to another region",
        assume_role_policy=service_trust(
            "s3.amazonaws.com",
            {
                "StringEquals": {"aws:SourceAccount": environment.account},
                "ArnLike": {"aws:SourceArn": backend.bucket.arn},
            },
        ),
    )
    IamRolePolicy(
        scope,
        "replication_policy",
        name="replicate",
        role=role.id,
        policy=_replicate(environment, backend, region, replica, key),
    )
    S3BucketReplicationConfigurationA(
        scope,
        "state_replication",
        bucket=backend.bucket.bucket.id,
        role=role.arn,
        rule=[_rule(replica, key)],
        # S3 refuses a rule while its buckets are not versioned.
        depends_on=[backend.bucket.versioning, replica.versioning],
    )


def _rule(replica: HardenedBucket, key: EncryptionKey) -> S3BucketReplicationConfigurationRule:
    return S3BucketReplicationConfigurationRule(
        id="state",
        status="Enabled",
        filter=S3BucketReplicationConfigurationRuleFilter(prefix=""),
        delete_marker_replication=S3BucketReplicationConfigurationRuleDeleteMarkerReplication(
            status="Disabled"
        ),
        source_selection_criteria=S3BucketReplicationConfigurationRuleSourceSelectionCriteria(
            sse_kms_encrypted_objects=(
                S3BucketReplicationConfigurationRuleSourceSelectionCriteriaSseKmsEncryptedObjects(
                    status="Enabled"
                )
            )
        ),
        destination=S3BucketReplicationConfigurationRuleDestination(
            bucket=replica.bucket.arn,
            storage_class="STANDARD",
            encryption_configuration=(
                S3BucketReplicationConfigurationRuleDestinationEncryptionConfiguration(
                    replica_kms_key_id=key.arn
                )
            ),
        ),
    )


def _replicate(
    environment: Environment,
    backend: StateBackend,
    region: str,
    replica: HardenedBucket,
    key: EncryptionKey,
) -> str:
    """Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html."""
    partition = environment.partition
    return policy_document(
        Statement(
            "ReadConfiguration",
            ["s3:GetReplicationConfiguration", "s3:ListBucket"],
            [backend.bucket.arn],
        ),
        Statement(
            "ReadVersions",
            [
                "s3:GetObjectVersionAcl",
                "s3:GetObjectVersionForReplication",
                "s3:GetObjectVersionTagging",
            ],
            [f"{backend.bucket.arn}/*"],
        ),
        Statement("WriteReplica", ["s3:ReplicateObject", "s3:ReplicateTags"], [f"{replica.arn}/*"]),
        Statement(
            "Decrypt",
            ["kms:Decrypt"],
            [backend.key.arn],
            conditions={
                "StringLike": {"kms:ViaService": via_services(partition, environment.region, "s3")}
            },
        ),
        Statement(
            "Encrypt",
            ["kms:Encrypt", "kms:GenerateDataKey"],
            [key.arn],
            conditions={"StringLike": {"kms:ViaService": via_services(partition, region, "s3")}},
        ),
    )
