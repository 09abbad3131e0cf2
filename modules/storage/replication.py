"""The replication of a bucket to a bucket in another region."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.s3_bucket_replication_configuration import (
    S3BucketReplicationConfigurationA,
    S3BucketReplicationConfigurationRule,
    S3BucketReplicationConfigurationRuleDeleteMarkerReplication,
    S3BucketReplicationConfigurationRuleDestination,
    S3BucketReplicationConfigurationRuleDestinationEncryptionConfiguration,
    S3BucketReplicationConfigurationRuleDestinationMetrics,
    S3BucketReplicationConfigurationRuleDestinationMetricsEventThreshold,
    S3BucketReplicationConfigurationRuleDestinationReplicationTime,
    S3BucketReplicationConfigurationRuleDestinationReplicationTimeTime,
    S3BucketReplicationConfigurationRuleFilter,
    S3BucketReplicationConfigurationRuleSourceSelectionCriteria,
    S3BucketReplicationConfigurationRuleSourceSelectionCriteriaSseKmsEncryptedObjects,
)
from constructs import Construct

from config.derived import names
from config.environment import Environment
from modules.identity.policy import Statement, policy_document, service_trust
from modules.identity.roles import iam_role
from modules.identity.service_names import via_services

REPLICATION_MINUTES: Final = 15
"""The only value of S3 Replication Time Control.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html"""


@dataclass(frozen=True)
class ReplicationBucket:
    """The source or the destination of a replication.

    Attributes:
        arn: the bucket, as policies name it.
        bucket: the bucket, as the configuration names it: the source by its name, the replica by
            its ARN.
        region: its region.
        key_arn: ARN of its key or of the key's alias; S3 accepts both.
    """

    arn: str
    bucket: str
    region: str
    key_arn: str


@dataclass(frozen=True)
class ReplicationOptions:
    """What a replication does besides copying versions.

    Attributes:
        deletions: replicate delete markers.
        timed: copy 99.99 % of the objects within 15 minutes, with metrics; AWS charges for it.
        locked: the buckets have Object Lock.
    """

    deletions: bool = False
    timed: bool = False
    locked: bool = False


def bucket_replication(
    scope: Construct,
    id_: str,
    environment: Environment,
    source: ReplicationBucket,
    replica: ReplicationBucket,
    *,
    role: str,
    role_id: str,
    description: str,
    rule: str,
    options: ReplicationOptions = ReplicationOptions(),
    depends_on: Sequence[ITerraformDependable] = (),
) -> None:
    """Makes the role and the rule.

    Args:
        id_: id of the replication configuration.
        environment: that of the source.
        role: name of the role.
        role_id: beginning of the ids of role and policy.
        description: of the role.
        rule: id of the rule.
        depends_on: the versioning of buckets of the same stack: S3 refuses a rule without it.
    """
    made = iam_role(
        scope,
        f"{role_id}_role",
        environment,
        name=names.role(environment, role),
        description=description,
        trust=service_trust(
            "s3.amazonaws.com",
            {
                "StringEquals": {"aws:SourceAccount": environment.account},
                "ArnLike": {"aws:SourceArn": source.arn},
            },
        ),
    )
    IamRolePolicy(
        scope,
        f"{role_id}_policy",
        name="replicate",
        role=made.id,
        policy=policy_document(*_statements(environment.partition, source, replica, options)),
    )
    S3BucketReplicationConfigurationA(
        scope,
        id_,
        bucket=source.bucket,
        role=made.arn,
        rule=[_rule(rule, replica, options)],
        depends_on=list(depends_on) or None,
    )


def _rule(
    id_: str, replica: ReplicationBucket, options: ReplicationOptions
) -> S3BucketReplicationConfigurationRule:
    return S3BucketReplicationConfigurationRule(
        id=id_,
        status="Enabled",
        filter=S3BucketReplicationConfigurationRuleFilter(prefix=""),
        delete_marker_replication=S3BucketReplicationConfigurationRuleDeleteMarkerReplication(
            status="Enabled" if options.deletions else "Disabled"
        ),
        source_selection_criteria=S3BucketReplicationConfigurationRuleSourceSelectionCriteria(
            sse_kms_encrypted_objects=(
                S3BucketReplicationConfigurationRuleSourceSelectionCriteriaSseKmsEncryptedObjects(
                    status="Enabled"
                )
            )
        ),
        destination=S3BucketReplicationConfigurationRuleDestination(
            bucket=replica.bucket,
            storage_class="STANDARD",
            encryption_configuration=(
                S3BucketReplicationConfigurationRuleDestinationEncryptionConfiguration(
                    replica_kms_key_id=replica.key_arn
                )
            ),
            metrics=_metrics() if options.timed else None,
            replication_time=_replication_time() if options.timed else None,
        ),
    )


def _metrics() -> S3BucketReplicationConfigurationRuleDestinationMetrics:
    return S3BucketReplicationConfigurationRuleDestinationMetrics(
        status="Enabled",
        event_threshold=S3BucketReplicationConfigurationRuleDestinationMetricsEventThreshold(
            minutes=REPLICATION_MINUTES
        ),
    )


def _replication_time() -> S3BucketReplicationConfigurationRuleDestinationReplicationTime:
    return S3BucketReplicationConfigurationRuleDestinationReplicationTime(
        status="Enabled",
        time=S3BucketReplicationConfigurationRuleDestinationReplicationTimeTime(
            minutes=REPLICATION_MINUTES
        ),
    )


def _statements(
    partition: str,
    source: ReplicationBucket,
    replica: ReplicationBucket,
    options: ReplicationOptions,
) -> list[Statement]:
    """What the role may do.

    Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
    and, for Object Lock,
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html#object-lock-managing-replication
    """
    read = [
        "s3:GetObjectVersionAcl",
        "s3:GetObjectVersionForReplication",
        "s3:GetObjectVersionTagging",
    ]
    if options.locked:
        read += ["s3:GetObjectLegalHold", "s3:GetObjectRetention"]
    write = ["s3:ReplicateObject", "s3:ReplicateTags"]
    if options.deletions:
        write.append("s3:ReplicateDelete")
    return [
        Statement(
            "ReadConfiguration", ["s3:GetReplicationConfiguration", "s3:ListBucket"], [source.arn]
        ),
        Statement("ReadVersions", read, [f"{source.arn}/*"]),
        Statement("WriteReplica", write, [f"{replica.arn}/*"]),
        _key_use("Decrypt", ["kms:Decrypt"], partition, source),
        _key_use("Encrypt", ["kms:Encrypt", "kms:GenerateDataKey"], partition, replica),
    ]


def _key_use(
    sid: str, actions: Sequence[str], partition: str, bucket: ReplicationBucket
) -> Statement:
    """Use of a bucket's key by S3; IAM does not follow an alias in `Resource`."""
    conditions: dict[str, dict[str, str | Sequence[str]]] = {}
    key, resource = bucket.key_arn, bucket.key_arn
    prefix, alias, name = key.partition(":alias/")
    if alias:
        resource = f"{prefix}:key/*"
        conditions["ForAnyValue:StringEquals"] = {"kms:ResourceAliases": f"alias/{name}"}
    conditions["StringLike"] = {"kms:ViaService": via_services(partition, bucket.region, "s3")}
    return Statement(sid, actions, [resource], conditions=conditions)
