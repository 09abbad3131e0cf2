"""The account stack: resources of the account and its region instead of a cluster."""

from constructs import Construct

from config.environment import Environment
from modules.account.anomalies import anomalies
from modules.account.backup import backup
from modules.account.budgets import budgets
from modules.account.guardduty import guardduty
from modules.account.topic import cost_topic
from stacks.base import EnvironmentStack


class AccountStack(EnvironmentStack):
    """Cost alarms, GuardDuty and AWS Backup of an environment (J7, K2, K4).

    It exists only where one of them is configured, and depends on the state stack only.
    """

    def __init__(self, scope: Construct, environment: Environment) -> None:
        super().__init__(scope, environment, "account")
        cost = environment.cost
        topic = cost_topic(self, environment) if cost.topic else None
        topic_arn = topic and topic.arn
        budgets(self, environment, topic_arn)
        if cost.anomalies.enabled:
            anomalies(self, environment, topic_arn)
        if environment.guardduty.enabled:
            guardduty(self, environment)
        region = environment.backup.copy_region
        # Also without backups, because Terraform needs it for vaults that it forgets.
        elsewhere = self.aws(region, alias="copy") if region else None
        if environment.backup.enabled:
            backup(self, environment, elsewhere)
