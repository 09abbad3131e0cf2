"""Secrets that another region has replicas of, and their multi-Region key (J2, K2)."""

from typing import Final

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_replica_key import KmsReplicaKey
from cdktf_cdktf_provider_aws.secretsmanager_secret import (
    SecretsmanagerSecret,
    SecretsmanagerSecretReplica,
)
from constructs import Construct

from config.derived import names, replication
from config.environment import Environment
from modules.identity.kms import DELETION_WINDOW_DAYS, EncryptionKey, key_policy
from modules.identity.policy import Statement
from modules.identity.service_names import via_services
from modules.lifecycle import protection
from modules.outputs import Output, add_outputs

RECOVERY_DAYS: Final = 30
"""Days in which a deleted secret can be restored, and its name not be used again.
https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html"""


def replicated_secrets(
    scope: Construct, environment: Environment, region: str, other: TerraformProvider
) -> None:
    """Makes the key with its replica, and secrets without a value with theirs.

    All of it belongs to the source: its destination's stacks do not depend on it.

    Args:
        region: the region of the replicas.
        other: its provider.
    """
    settings, alias = environment.replication.secrets, names.secrets_key_alias(environment)
    protect, description = not settings.force_destroy, f"Replicated secrets of {environment.name}"
    key = EncryptionKey(
        scope,
        "secrets_key",
        environment,
        alias=alias,
        description=description,
        services=[_secrets_manager(environment, environment.region)],
        prevent_destroy=protect,
        multi_region=True,
    )
    replica = KmsReplicaKey(
        scope,
        "secrets_replica_key",
        primary_key_arn=key.arn,
        description=description,
        deletion_window_in_days=DELETION_WINDOW_DAYS,
        policy=key_policy(environment, [_secrets_manager(environment, region)]),
        provider=other,
        lifecycle=protection(when=protect),
    )
    KmsAlias(
        scope,
        "secrets_replica_key_alias",
        name=alias,
        target_key_id=replica.key_id,
        provider=other,
    )
    for path, name in zip(settings.names, replication.secret_names(environment), strict=True):
        SecretsmanagerSecret(
            scope,
            secret_id(path),
            name=name,
            description=f"Of {environment.name}, with a replica in {region}",
            kms_key_id=key.arn,
            recovery_window_in_days=RECOVERY_DAYS if protect else 0,
            replica=[SecretsmanagerSecretReplica(region=region, kms_key_id=replica.arn)],
            lifecycle=protection(when=protect),
        )
    arns = {environment.region: key.arn, region: replica.arn}
    add_outputs(scope, {"secrets_key_arns": Output(arns, "Key of replicated secrets, by region")})


def secret_id(path: str) -> str:
    """Construct id of a secret, unique because a path has no two separators in a row."""
    return f"secret_{path.replace('/', '__').replace('.', '--')}"


def _secrets_manager(environment: Environment, region: str) -> Statement:
    """Lets all that may read or write a secret use the key for it, as the AWS managed key does.

    So neither External Secrets nor the roles of applications need a permission of their own for it.

    Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
    """
    return Statement(
        "SecretsManager",
        [
            "kms:CreateGrant",
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey*",
            "kms:ReEncrypt*",
        ],
        ["*"],
        principals={"AWS": ["*"]},
        conditions={
            "StringEquals": {
                "kms:CallerAccount": environment.account,
                "kms:ViaService": via_services(environment.partition, region, "secretsmanager"),
            }
        },
    )
