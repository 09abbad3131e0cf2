"""The `cost` section: notifications about budgets and cost anomalies."""

from typing import Annotated

from pydantic import Field, StringConstraints

from config.reading.form import Form
from config.settings import Settings
from config.types.email import BudgetEmailAddress

BudgetName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$"),
    Form("1 to 40 lower-case letters, digits and hyphens, beginning with a letter"),
]

Percent = Annotated[int, Field(ge=1, le=1000)]


class CostBudget(Settings):
    """A monthly budget."""

    monthly_usd: Annotated[int, Field(ge=1)]
    """The amount per month, in US dollars."""

    actual_percent: Annotated[list[Percent], Field(max_length=5)] = [80, 100]
    """Percentages of the amount; recipients are notified when actual costs exceed them."""

    forecast_percent: Annotated[list[Percent], Field(max_length=5)] = [100]
    """Percentages of the amount; recipients are notified when forecast costs exceed them."""

    whole_account: bool = False
    """Count all costs of the account, not only resources with the environment's tag."""


class CostAnomalies(Settings):
    """AWS Cost Anomaly Detection for resources with the environment's tag."""

    enabled: bool = False
    """Create the monitor and its subscription."""

    minimum_usd: Annotated[int, Field(ge=1)] = 50
    """Minimum impact of an anomaly that is reported, in US dollars."""

    minimum_percent: Annotated[int, Field(ge=1, le=1000)] = 20
    """Minimum impact that is reported, in percent of expected costs. Both minimums must be
    reached."""


class Cost(Settings):
    """Budgets and cost anomalies.

    Costs by tag require `environment` as an activated cost allocation tag, which only the
    management account (payer) can activate; see docs/cost.md.
    """

    emails: Annotated[list[BudgetEmailAddress], Field(max_length=10)] = []
    """E-mail addresses that are notified."""

    topic: bool = False
    """Create an encrypted SNS topic that is notified too, for other subscribers."""

    budgets: Annotated[dict[BudgetName, CostBudget], Field(max_length=20)] = {}
    """Budgets by name."""

    anomalies: CostAnomalies = CostAnomalies()
    """Cost anomalies."""
