"""Which KMS key EBS volumes have, and the permissions of those that make volumes with it."""

from collections.abc import Callable, Sequence
from typing import Final

from config.environment import Environment
from modules.identity.policy import Statement
from modules.identity.service_names import via_services

OUTPUT: Final = "volume_key_arn"
"""Output of the network stack, which the cluster stack repeats."""

USE: Final = (
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)
"""https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html#ebs-encryption-permissions"""

LAUNCHERS: Final = (
    "autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
    "spot.amazonaws.com/AWSServiceRoleForEC2Spot",
)
"""Service-linked roles that launch instances. Only a key policy can allow them more than AWS does.
https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html"""


_FOR_AWS: Final = {"Bool": {"kms:GrantIsForAWSResource": "true"}}


def volume_key_arn(environment: Environment, output: Callable[[str], str]) -> str | None:
    """The key's ARN; None for the account's default key.

    Args:
        output: reads an output of an earlier stack.
    """
    settings = environment.cluster.volume_key
    return (settings.arn or output(OUTPUT)) if settings.enabled else None


def volume_key_use(environment: Environment, keys: Sequence[str | None]) -> list[Statement]:
    """Lets a role make, attach and copy volumes with some keys, through EC2 only.

    EC2 uses the key with the permissions of the role that calls it, and keeps a grant for as long
    as the volume is attached.
    """
    arns = list(dict.fromkeys(key for key in keys if key is not None))
    if not arns:
        return []
    services = via_services(environment.partition, environment.region, "ec2")
    via = {"StringEquals": {"kms:ViaService": services}}
    return [
        Statement("VolumeKeys", USE, arns, conditions=via),
        Statement("VolumeKeyGrants", ["kms:CreateGrant"], arns, conditions={**_FOR_AWS, **via}),
    ]


def launchers(environment: Environment) -> list[Statement]:
    """Statements of the key policy for the service-linked roles.

    They are named in a condition, because KMS refuses a policy whose principal does not exist, and
    an account has these roles from its first Auto Scaling group and its first Spot Instance on.
    """
    role = f"arn:{environment.partition}:iam::{environment.account}:role/aws-service-role"
    roles = {"ArnEquals": {"aws:PrincipalArn": [f"{role}/{name}" for name in LAUNCHERS]}}
    caller = {"StringEquals": {"kms:CallerAccount": environment.account}}
    anyone = {"AWS": ["*"]}
    return [
        Statement("Launch", USE, ["*"], principals=anyone, conditions={**roles, **caller}),
        Statement(
            "LaunchGrants",
            ["kms:CreateGrant"],
            ["*"],
            principals=anyone,
            conditions={**roles, **caller, **_FOR_AWS},
        ),
    ]
