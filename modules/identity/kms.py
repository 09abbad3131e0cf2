"""Customer managed KMS keys whose policy names the account and its admins, never the caller."""

from collections.abc import Sequence
from functools import cached_property
from typing import Final

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from constructs import Construct

from config.environment import Environment
from modules.identity.policy import Statement, policy_document
from modules.identity.service_names import logs_service
from modules.lifecycle import protection

DELETION_WINDOW_DAYS: Final = 30
"""The longest that AWS allows: 7 to 30 days."""

ADMINISTRATION: Final = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListAliases",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:RevokeGrant",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)
"""Actions of a key administrator, which do not include decryption.
https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"""


class EncryptionKey:
    """A KMS key with rotation and an alias.

    IAM policies of the account may allow use of the key; the environment's admins may administer
    it; `services` are further statements. Nothing depends on who runs Terraform, so that neither a
    new colleague nor a recreated role changes the key or loses access.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        environment: Environment,
        *,
        alias: str,
        description: str,
        services: Sequence[Statement] = (),
        provider: TerraformProvider | None = None,
        prevent_destroy: bool = False,
        multi_region: bool = False,
    ) -> None:
        """Makes the key and its alias.

        Args:
            id_: id of the key; the alias is `<id>_alias`.
            alias: the alias, beginning with `alias/`.
            services: further statements of the key policy, for AWS services that use it.
            provider: the provider of another region.
            multi_region: whether other regions may have replicas of it, which cannot be changed.
        """
        self.key = KmsKey(
            scope,
            id_,
            description=description,
            enable_key_rotation=True,
            deletion_window_in_days=DELETION_WINDOW_DAYS,
            policy=key_policy(environment, services),
            multi_region=multi_region or None,
            provider=provider,
            lifecycle=protection(when=prevent_destroy),
        )
        self.alias = KmsAlias(
            scope, f"{id_}_alias", name=alias, target_key_id=self.key.key_id, provider=provider
        )

    @cached_property
    def arn(self) -> str:
        """The key's ARN."""
        return self.key.arn


def key_policy(environment: Environment, services: Sequence[Statement]) -> str:
    """The key policy; in it, `Resource: *` means the key itself."""
    root = f"arn:{environment.partition}:iam::{environment.account}:root"
    return policy_document(
        Statement("Account", ["kms:*"], ["*"], principals={"AWS": [root]}),
        Statement("Administration", ADMINISTRATION, ["*"], principals={"AWS": environment.admins}),
        *services,
    )


def log_group_use(environment: Environment, log_group: str) -> Statement:
    """Lets CloudWatch Logs use a key for log groups of a name.

    Args:
        log_group: name of the log group; may end with `*`.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    partition, region, account = environment.partition, environment.region, environment.account
    return Statement(
        "CloudWatchLogs",
        # DescribeKey has no encryption context and never matches the condition.
        ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"],
        ["*"],
        principals={"Service": [logs_service(partition, region)]},
        conditions={
            "ArnEquals" if not log_group.endswith("*") else "ArnLike": {
                "kms:EncryptionContext:aws:logs:arn": (
                    f"arn:{partition}:logs:{region}:{account}:log-group:{log_group}"
                )
            }
        },
    )
