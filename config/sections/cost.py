"""The `cost` section: who hears when the environment costs more than it should."""

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
    """A sum that a month may cost."""

    monthly_usd: Annotated[int, Field(ge=1)]
    """The sum, in US dollars."""

    actual_percent: Annotated[list[Percent], Field(max_length=5)] = [80, 100]
    """Shares of it, in percent; who is named hears when so much has been spent."""

    forecast_percent: Annotated[list[Percent], Field(max_length=5)] = [100]
    """Shares of it, in percent; who is named hears when AWS expects so much by the month's end."""

    whole_account: bool = False
    """Count everything in the account, not only what carries the environment's tag."""


class CostAnomalies(Settings):
    """AWS Cost Anomaly Detection over what carries the environment's tag."""

    enabled: bool = False
    """Watch for costs that are out of the ordinary."""

    minimum_usd: Annotated[int, Field(ge=1)] = 50
    """The least impact that is reported, in US dollars."""

    minimum_percent: Annotated[int, Field(ge=1, le=1000)] = 20
    """The least impact that is reported, in percent of what was expected. Both must be reached."""


class Cost(Settings):
    """Budgets and anomalies.

    Cost by tag needs `environment` as an activated cost allocation tag, which only the paying
    account can do; see docs/cost.md.
    """

    emails: Annotated[list[BudgetEmailAddress], Field(max_length=10)] = []
    """Addresses that hear of it."""

    topic: bool = False
    """Make an encrypted SNS topic that hears of it too, for what else should subscribe."""

    budgets: Annotated[dict[BudgetName, CostBudget], Field(max_length=20)] = {}
    """Budgets by name."""

    anomalies: CostAnomalies = CostAnomalies()
    """Costs out of the ordinary."""
