"""AWS Backup of the shared file system: vaults, plan and selection (K2)."""

from typing import Final

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.backup_plan import (
    BackupPlan,
    BackupPlanRule,
    BackupPlanRuleCopyAction,
    BackupPlanRuleCopyActionLifecycle,
    BackupPlanRuleLifecycle,
)
from cdktf_cdktf_provider_aws.backup_selection import (
    BackupSelection,
    BackupSelectionCondition,
    BackupSelectionConditionStringEquals,
)
from cdktf_cdktf_provider_aws.backup_vault import BackupVault
from cdktf_cdktf_provider_aws.backup_vault_lock_configuration import BackupVaultLockConfiguration
from cdktf_cdktf_provider_aws.iam_role import IamRole
from constructs import Construct

from config.derived import names
from config.environment import Environment
from modules.account.backup_role import backup_role
from modules.identity.kms import EncryptionKey
from modules.lifecycle import protection

SELECTING_TAGS: Final = ("environment", "managed-by")
"""Tags by which the plan selects the file system, so that it does not depend on the cluster."""


def backup(scope: Construct, environment: Environment, elsewhere: TerraformProvider | None) -> None:
    """Makes vaults with their keys, the plan, its role and its selection."""
    settings = environment.backup
    vault = _vault(scope, environment, "backup", None)
    copies = []
    if elsewhere is not None:
        copy = _vault(scope, environment, "backup_copy", elsewhere)
        lifecycle = BackupPlanRuleCopyActionLifecycle(
            cold_storage_after=settings.cold_after_days, delete_after=settings.delete_after_days
        )
        copies = [
            BackupPlanRuleCopyAction(destination_vault_arn=copy.arn, lifecycle=lifecycle),
        ]
    plan = BackupPlan(
        scope,
        "backup_plan",
        name=vault_name(environment),
        rule=[
            BackupPlanRule(
                rule_name="shared-file-system",
                target_vault_name=vault.name,
                schedule=settings.schedule,
                lifecycle=BackupPlanRuleLifecycle(
                    cold_storage_after=settings.cold_after_days,
                    delete_after=settings.delete_after_days,
                ),
                copy_action=copies or None,
            )
        ],
    )
    role = backup_role(scope, environment, vault_name(environment))
    _selection(scope, environment, plan, role)


def vault_name(environment: Environment) -> str:
    """Name of the vaults and of the plan."""
    return f"{environment.name}-backup"


def _vault(
    scope: Construct, environment: Environment, id_: str, provider: TerraformProvider | None
) -> BackupVault:
    settings, name = environment.backup, vault_name(environment)
    key = EncryptionKey(
        scope,
        f"{id_}_key",
        environment,
        alias=f"alias/{name}",
        description=f"Backups of {environment.name}",
        provider=provider,
        prevent_destroy=not settings.force_destroy,
    )
    vault = BackupVault(
        scope,
        f"{id_}_vault",
        name=name,
        kms_key_arn=key.arn,
        force_destroy=settings.force_destroy or None,
        provider=provider,
        lifecycle=protection(when=not settings.force_destroy),
    )
    if settings.lock.mode != "none":
        BackupVaultLockConfiguration(
            scope,
            f"{id_}_vault_lock",
            backup_vault_name=vault.name,
            min_retention_days=settings.delete_after_days,
            # With grace days the lock is in compliance mode and cannot be removed after them.
            changeable_for_days=(
                settings.lock.grace_days if settings.lock.mode == "compliance" else None
            ),
            provider=provider,
        )
    return vault


def _selection(scope: Construct, environment: Environment, plan: BackupPlan, role: IamRole) -> None:
    partition, region, account = environment.partition, environment.region, environment.account
    tags = names.default_tags(environment)
    BackupSelection(
        scope,
        "backup_selection",
        name="shared-file-system",
        plan_id=plan.id,
        iam_role_arn=role.arn,
        resources=[f"arn:{partition}:elasticfilesystem:{region}:{account}:file-system/*"],
        condition=[
            BackupSelectionCondition(
                string_equals=[
                    BackupSelectionConditionStringEquals(
                        key=f"aws:ResourceTag/{key}", value=tags[key]
                    )
                    for key in SELECTING_TAGS
                ]
            )
        ],
    )
