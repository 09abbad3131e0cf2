"""The role of AWS Backup: file systems only, and the environment's vaults."""

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from config.derived import names
from config.environment import Environment
from modules.identity.policy import Statement, policy_document, service_trust
from modules.identity.roles import iam_role


def backup_role(scope: Construct, environment: Environment, vault_name: str) -> IamRole:
    """Makes the role and its policy."""
    role = iam_role(
        scope,
        "backup_role",
        environment,
        name=names.role(environment, f"{environment.name}-backup"),
        description=f"AWS Backup of {environment.name}",
        trust=service_trust(
            "backup.amazonaws.com",
            {"StringEquals": {"aws:SourceAccount": environment.account}},
        ),
    )
    IamRolePolicy(
        scope,
        "backup_role_policy",
        name="backup",
        role=role.id,
        policy=policy_document(*_statements(environment, vault_name)),
    )
    return role


def _statements(environment: Environment, vault_name: str) -> tuple[Statement, ...]:
    """What AWSBackupServiceRolePolicyForBackup allows for EFS, in this account.

    The managed policy also allows snapshots of volumes, databases and machines.

    Source: https://docs.aws.amazon.com/aws-backup/latest/devguide/iam-service-roles.html
    """
    partition, region, account = environment.partition, environment.region, environment.account
    regions = [region]
    if environment.backup.copy_region is not None:
        regions.append(environment.backup.copy_region)
    return (
        Statement(
            "FileSystems",
            ["elasticfilesystem:Backup", "elasticfilesystem:DescribeTags"],
            [f"arn:{partition}:elasticfilesystem:{region}:{account}:file-system/*"],
        ),
        Statement(
            "Vaults",
            ["backup:DescribeBackupVault", "backup:CopyIntoBackupVault"],
            [
                f"arn:{partition}:backup:{each}:{account}:backup-vault:{vault_name}"
                for each in regions
            ],
        ),
        Statement(
            "Copies",
            ["backup:CopyFromBackupVault"],
            [f"arn:{partition}:backup:{region}:{account}:recovery-point:*"],
        ),
        Statement(
            "Keys",
            ["kms:DescribeKey"],
            [f"arn:{partition}:kms:{each}:{account}:key/*" for each in regions],
        ),
        Statement(
            "Grants",
            ["kms:CreateGrant"],
            [f"arn:{partition}:kms:{each}:{account}:key/*" for each in regions],
            conditions={"Bool": {"kms:GrantIsForAWSResource": "true"}},
        ),
        Statement("Selection", ["tag:GetResources"], ["*"]),
    )
