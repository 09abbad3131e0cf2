"""Rules of the `cost` section."""

from collections.abc import Iterator

from config.environment import Environment
from config.problem import Problem
from rules.registration import rule


@rule("cost")
def cost_alarms_have_recipients(environment: Environment) -> Iterator[Problem]:
    """Budgets and anomalies have recipients, and each budget a threshold."""
    cost = environment.cost
    if (cost.budgets or cost.anomalies.enabled) and not (cost.emails or cost.topic):
        message = "is empty: budget alerts have no recipient"
        yield Problem(("cost", "emails"), message, [], "an e-mail address, or topic: true")
    for name, budget in cost.budgets.items():
        if not budget.actual_percent and not budget.forecast_percent:
            message = "reports nothing: neither actual_percent nor forecast_percent has a share"
            yield Problem(("cost", "budgets", name), message)


@rule("region", "cost")
def cost_is_billed_here(environment: Environment) -> Iterator[Problem]:
    """AWS GovCloud is billed to an account of the standard partition, where budgets belong.

    Source: https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-billing.html
    """
    cost = environment.cost
    if environment.partition == "aws-us-gov" and (cost.budgets or cost.anomalies.enabled):
        message = "cannot be watched from AWS GovCloud: it is billed to its standard account"
        yield Problem(("cost",), message)
