"""The settings that protect resources, and how to change them."""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Setting:
    """A setting that protects resources of a stack.

    Attributes:
        stack: the stack's name within its environment.
        addresses: matches the addresses of the protected resources.
        lifts: the setting with the value that removes the protection.
        keeps: the setting with the value that leaves the resources in AWS when the stack is
            applied; None if there is none.
    """

    stack: str
    addresses: str
    lifts: str
    keeps: str | None = None


SETTINGS: Final = (
    Setting(
        "network",
        r"\w+\.velero_replica(_\w+)?",
        "platform.velero.bucket.force_destroy: true",
        "replication.velero: false",
    ),
    Setting(
        "network",
        r"\w+\.velero(_\w+)?",
        "platform.velero.bucket.force_destroy: true",
        "platform.velero.enabled: false",
    ),
    Setting(
        "network",
        r"\w+\.traces(_\w+)?",
        "platform.tracing.bucket.force_destroy: true",
        "platform.tracing.enabled: false",
    ),
    Setting(
        "network",
        r"aws_kms_key\.volume_key",
        "cluster.volume_key.force_destroy: true",
        "cluster.volume_key.enabled: false",
    ),
    Setting(
        "network",
        r"\w+\.reports(_\w+)?",
        "platform.reports.bucket.force_destroy: true",
        "platform.reports.enabled: false",
    ),
    Setting(
        "network",
        r"aws_(prometheus_workspace\.amp|kms_key\.amp_key)",
        "platform.monitoring.amp.force_destroy: true",
        "platform.monitoring.amp.enabled: false",
    ),
    Setting(
        "edge",
        r"aws_lb\.\w+|aws_s3_bucket\.access_logs",
        "edge.deletion_protection: false",
    ),
    Setting(
        "cluster",
        r"\w+\.efs(_\w+)?",
        "cluster.efs.force_destroy: true",
        "cluster.efs.enabled: false",
    ),
    Setting(
        "data",
        r"\w+\.efs(_\w+)?",
        "cluster.efs.force_destroy: true",
        "cluster.efs.enabled: false",
    ),
    Setting("cluster", r"\w+\.cluster(_key)?", "cluster.deletion_protection: false"),
    Setting("account", r"aws_(backup_vault|kms)\w*\.backup\w*", "backup.force_destroy: true"),
    Setting(
        "account",
        r"aws_ecr_repository\.repository_.+|aws_kms_key\.registry_key",
        "registry.force_destroy: true",
    ),
    Setting(
        "account",
        r"aws_kms_(replica_)?key\.secrets_\w+|aws_secretsmanager_secret\.secret_.+",
        "replication.secrets.force_destroy: true",
    ),
)


def setting_of(stack: str, address: str) -> Setting | None:
    """The setting that protects a resource; None for a resource of the user's own.

    Args:
        stack: the stack's name within its environment.
    """
    for each in SETTINGS:
        if each.stack == stack and re.fullmatch(each.addresses, address):
            return each
    return None
