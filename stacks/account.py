"""The account stack: resources of the account and its region instead of a cluster."""

from constructs import Construct

from config.derived import replication
from config.environment import Environment
from modules.account.anomalies import anomalies
from modules.account.backup import backup
from modules.account.budgets import budgets
from modules.account.guardduty import guardduty
from modules.account.replicated_secrets import replicated_secrets
from modules.account.topic import cost_topic
from modules.registry.registry import registry
from stacks.base import EnvironmentStack


class AccountStack(EnvironmentStack):
    """Cost alarms, GuardDuty, AWS Backup, images and replicated secrets (J1, J2, J7, K2, K4).

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
        settings = environment.backup
        elsewhere = None
        if settings.copy_region or not settings.force_destroy:
            # Terraform also needs it to remove a former copy from the state, in any region.
            elsewhere = self.aws(settings.copy_region or environment.region, alias="copy")
        if settings.enabled:
            backup(self, environment, elsewhere if settings.copy_region else None)
        registry(self, environment)
        if environment.regions:
            # Terraform also needs it to remove a former replica of the key.
            region = replication.destination_region(environment) or environment.region
            other = self.aws(region, alias="replica")
            if replication.sends_secrets(environment):
                replicated_secrets(self, environment, region, other)
