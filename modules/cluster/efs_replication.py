"""The replication of the shared file system to another region."""

from typing import Final

from cdktf import TerraformProvider, TerraformStack
from cdktf_cdktf_provider_aws.data_aws_efs_file_system import DataAwsEfsFileSystem
from cdktf_cdktf_provider_aws.efs_replication_configuration import (
    EfsReplicationConfiguration,
    EfsReplicationConfigurationDestination,
)

from config.environment import Environment

DESTINATION: Final = "efs_destination"
REPLICATION: Final = "efs_replication"

UNPROTECTED: Final = (
    f'data.aws_efs_file_system.{DESTINATION}.protection[0].replication_overwrite != "ENABLED"'
)
"""EFS protects every file system but new destinations, and protects these again when a replication
ends. https://docs.aws.amazon.com/efs/latest/ug/replication-overwrite.html"""


def efs_replication(
    stack: TerraformStack,
    file_system_id: str,
    destination: Environment,
    destination_id: str,
    provider: TerraformProvider,
) -> None:
    """Makes the replication, as long as the destination may be overwritten.

    After a failover it may not: Terraform then makes none and warns, and neither a plan nor an
    apply is refused while the other region is repaired.

    Args:
        destination: the environment of the other region.
        provider: that of the destination's region.
    """
    DataAwsEfsFileSystem(stack, DESTINATION, file_system_id=destination_id, provider=provider)
    made = EfsReplicationConfiguration(
        stack,
        REPLICATION,
        source_file_system_id=file_system_id,
        destination=EfsReplicationConfigurationDestination(
            region=destination.region, file_system_id=destination_id
        ),
    )
    made.add_override("count", f"${{{UNPROTECTED} ? 1 : 0}}")
    message = (
        f"The file system in {destination.region} is protected and is no copy: it was written to "
        "after a failover, or is older than the replication. If replication.source says the right "
        "direction, `make efs-overwrite` lets the next apply overwrite it."
    )
    check = {"assert": [{"condition": f"${{{UNPROTECTED}}}", "error_message": message}]}
    stack.add_override(f"check.{REPLICATION}", [check])
