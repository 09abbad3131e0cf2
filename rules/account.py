"""Rules of what belongs to the account: cost, GuardDuty and backup."""

from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.problem import Problem
from config.types.regions import PARTITION_OF

COLD_DAYS: Final = 90
"""The least time in cold storage.
https://docs.aws.amazon.com/aws-backup/latest/devguide/API_Lifecycle.html"""


def cost_alarms_reach_somebody(environment: Environment) -> Iterator[Problem]:
    """Budgets and anomalies have somebody who hears of them, and something to say."""
    cost = environment.cost
    if (cost.budgets or cost.anomalies.enabled) and not (cost.emails or cost.topic):
        message = "is empty: nobody would hear of the budgets"
        yield Problem(("cost", "emails"), message, [], "an e-mail address, or topic: true")
    for name, budget in cost.budgets.items():
        if not budget.actual_percent and not budget.forecast_percent:
            message = "reports nothing: neither actual_percent nor forecast_percent has a share"
            yield Problem(("cost", "budgets", name), message)


def cost_is_billed_here(environment: Environment) -> Iterator[Problem]:
    """AWS GovCloud is billed to an account of the standard partition, which has the budgets.

    Source: https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-billing.html
    """
    cost = environment.cost
    if environment.partition == "aws-us-gov" and (cost.budgets or cost.anomalies.enabled):
        message = "cannot be watched from AWS GovCloud: it is billed to its standard account"
        yield Problem(("cost",), message)


def guardduty_has_something_to_do(environment: Environment) -> Iterator[Problem]:
    """A detector of somebody else's is only worth naming for a feature."""
    guardduty = environment.guardduty
    if guardduty.detector is not None and not guardduty.enabled:
        message = "has no effect while guardduty.enabled is false"
        yield Problem(("guardduty", "detector"), message, guardduty.detector)
    elif guardduty.organization_members != "none" and not guardduty.enabled:
        path, value = ("guardduty", "organization_members"), guardduty.organization_members
        yield Problem(path, "has no effect while guardduty.enabled is false", value)
    elif (
        guardduty.enabled
        and guardduty.detector
        and guardduty.organization_members == "none"
        and not (guardduty.audit_logs or guardduty.runtime_monitoring)
    ):
        message = "changes nothing: audit_logs and runtime_monitoring are both off"
        yield Problem(("guardduty",), message)


def backups_are_possible(environment: Environment) -> Iterator[Problem]:
    """There is something to copy, for as long as AWS Backup allows."""
    backup, efs = environment.backup, environment.cluster.efs
    if not backup.enabled:
        return
    if not efs.enabled:
        message = "has nothing to copy: cluster.efs.enabled is false"
        yield Problem(("backup", "enabled"), message, backup.enabled)
    least = COLD_DAYS + (backup.cold_after_days or 0)
    if backup.cold_after_days is not None and backup.delete_after_days < least:
        yield Problem(
            ("backup", "delete_after_days"),
            f"is less than cold_after_days and the {COLD_DAYS} days that cold storage lasts",
            backup.delete_after_days,
            f"{least} or more",
            str(least),
        )


def backups_are_copied_elsewhere(environment: Environment) -> Iterator[Problem]:
    """The second region is another one of the same partition."""
    region = environment.backup.copy_region
    if region is None or not environment.backup.enabled:
        return
    if region == environment.region:
        message = "is the region of the vault itself"
        yield Problem(("backup", "copy_region"), message, region, "another region")
    elif PARTITION_OF[region] != environment.partition:
        message = f"is outside the partition {environment.partition}"
        yield Problem(("backup", "copy_region"), message, region, "a region of the same partition")
