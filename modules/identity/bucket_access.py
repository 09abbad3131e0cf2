"""What an add-on may do with its bucket and the bucket's key."""

from collections.abc import Sequence

from config.derived.names import BucketNames
from config.environment import Environment
from modules.identity.policy import Statement
from modules.identity.service_names import via_services


def bucket_access(
    environment: Environment,
    names: BucketNames,
    objects: Sequence[str],
    *,
    written: tuple[Sequence[str], str] | None = None,
) -> tuple[Statement, ...]:
    """Statements for a role.

    Args:
        objects: the actions that are allowed on objects.
        written: further actions, and the only objects that they are allowed on, a pattern of keys.
    """
    partition, region, account = environment.partition, environment.region, environment.account
    bucket = f"arn:{partition}:s3:::{names.bucket}"
    return (
        Statement("List", ["s3:ListBucket"], [bucket]),
        Statement("Objects", list(objects), [f"{bucket}/*"]),
        *([Statement("Written", list(written[0]), [f"{bucket}/{written[1]}"])] if written else []),
        Statement(
            "Key",
            ["kms:Decrypt", "kms:GenerateDataKey"],
            [f"arn:{partition}:kms:{region}:{account}:key/*"],
            conditions={
                "ForAnyValue:StringEquals": {"kms:ResourceAliases": names.key_alias},
                "StringEquals": {"kms:ViaService": via_services(partition, region, "s3")},
            },
        ),
    )
