"""How much of something a month takes: by the configuration, or by what `bill` assumes."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from config.environment import Environment
from config.sections.bill import HOURS, Bill

MONTH: Final = Decimal(HOURS)
"""Hours of a month."""


@dataclass(frozen=True)
class Use:
    """A month of an environment.

    Attributes:
        day: a day of the month.
        karpenter_vcpus: vCPUs of Karpenter's nodes, in an average hour.
    """

    environment: Environment
    day: date
    karpenter_vcpus: Decimal = Decimal(0)

    @property
    def bill(self) -> Bill:
        """What is assumed."""
        return self.environment.bill

    def assumed(self, name: str) -> Decimal:
        """A number of the section `bill`."""
        return Decimal(getattr(self.bill, name))

    def stored(self, gigabytes: int | Decimal) -> Decimal:
        """GB of something that grows each month."""
        growth = 1 + Decimal(self.bill.growth_percent) / 100
        return gigabytes * growth**self.bill.months
