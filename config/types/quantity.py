"""Kubernetes quantities, and sums of them."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final, Self

_FACTORS: Final = {
    "m": Decimal("0.001"),
    **{unit: Decimal(1000) ** power for power, unit in enumerate(("", *"kMGTPE"))},
    **{f"{unit}i": Decimal(1024) ** power for power, unit in enumerate("KMGTPE", start=1)},
}

MEBIBYTE: Final = 2**20


class QuantityError(ValueError):
    """A text is not a Kubernetes quantity."""


def quantity(text: str | float) -> Decimal:
    """A Kubernetes quantity as a number.

    Args:
        text: for example `128Mi` or `100m`.

    Raises:
        QuantityError: the text is not a quantity.

    Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
    """
    number = str(text).rstrip("mkKMGTPEi")
    try:
        return Decimal(number) * _FACTORS[str(text).removeprefix(number)]
    except (InvalidOperation, KeyError):
        raise QuantityError(str(text)) from None


@dataclass(frozen=True)
class Amount:
    """Resources that pods request, or that nodes have allocatable.

    Attributes:
        memory: in bytes.
    """

    cpu: Decimal = Decimal(0)
    memory: Decimal = Decimal(0)
    pods: int = 0

    def __add__(self, other: Self) -> "Amount":
        """The sum."""
        return Amount(self.cpu + other.cpu, self.memory + other.memory, self.pods + other.pods)

    def __sub__(self, other: Self) -> "Amount":
        """The difference."""
        return self + other * -1

    def __mul__(self, times: int) -> "Amount":
        """A multiple."""
        return Amount(self.cpu * times, self.memory * times, self.pods * times)

    def fits_in(self, other: Self) -> bool:
        """Whether no resource exceeds that of the other amount."""
        return self.cpu <= other.cpu and self.memory <= other.memory and self.pods <= other.pods

    def smaller(self, other: Self) -> "Amount":
        """The minimum of two, resource by resource."""
        return Amount(
            min(self.cpu, other.cpu), min(self.memory, other.memory), min(self.pods, other.pods)
        )

    def larger(self, other: Self) -> "Amount":
        """The maximum of two, resource by resource."""
        return Amount(
            max(self.cpu, other.cpu), max(self.memory, other.memory), max(self.pods, other.pods)
        )

    @property
    def gib(self) -> Decimal:
        """Memory in GiB."""
        return self.memory / MEBIBYTE / 1024

    @property
    def sizes(self) -> str:
        """In words, without the number of pods: `3.86 CPU and 13.4 GiB`."""
        return f"{self.cpu:.2f} CPU and {self.gib:.1f} GiB"

    def __str__(self) -> str:
        """In words: `3.86 CPU, 13.4 GiB and 220 pods`."""
        return f"{self.cpu:.2f} CPU, {self.gib:.1f} GiB and {self.pods} pods"
