"""AWS Budgets of an environment."""

from collections.abc import Iterator

from cdktf_cdktf_provider_aws.budgets_budget import (
    BudgetsBudget,
    BudgetsBudgetCostFilter,
    BudgetsBudgetNotification,
)
from constructs import Construct

from config.derived import names
from config.environment import Environment
from config.sections.cost import CostBudget


def budgets(scope: Construct, environment: Environment, topic_arn: str | None) -> None:
    """Makes the budgets of `cost.budgets`.

    A budget covers resources with the environment's tag, or the whole account.

    Source: https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-create-filters.html
    """
    for name, budget in environment.cost.budgets.items():
        tag = BudgetsBudgetCostFilter(
            name="TagKeyValue", values=[f"user:environment${environment.name}"]
        )
        BudgetsBudget(
            scope,
            f"budget_{name.replace('-', '_')}",
            name=names.account_wide(environment, f"{environment.name}-{name}"),
            budget_type="COST",
            time_unit="MONTHLY",
            limit_amount=str(budget.monthly_usd),
            limit_unit="USD",
            cost_filter=None if budget.whole_account else [tag],
            notification=list(_notifications(environment, budget, topic_arn)),
        )


def _notifications(
    environment: Environment, budget: CostBudget, topic_arn: str | None
) -> Iterator[BudgetsBudgetNotification]:
    thresholds = {"ACTUAL": budget.actual_percent, "FORECASTED": budget.forecast_percent}
    for notification_type, percentages in thresholds.items():
        for percentage in sorted(set(percentages)):
            yield BudgetsBudgetNotification(
                notification_type=notification_type,
                comparison_operator="GREATER_THAN",
                threshold=percentage,
                threshold_type="PERCENTAGE",
                subscriber_email_addresses=environment.cost.emails or None,
                subscriber_sns_topic_arns=[topic_arn] if topic_arn else None,
            )
