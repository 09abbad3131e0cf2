"""E-mail addresses."""

from typing import Annotated

from pydantic import StringConstraints

from config.reading.form import Form

EmailAddress = Annotated[
    str,
    StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254),
    Form("an e-mail address"),
]

"""Any address; Alertmanager and Let's Encrypt set no narrower format."""

BudgetEmailAddress = Annotated[
    str,
    StringConstraints(
        pattern=r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", max_length=50
    ),
    Form("an e-mail address of up to 50 characters"),
]
"""AWS Budgets allows 50 characters, and fewer characters than an address may contain.
https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Subscriber.html"""
