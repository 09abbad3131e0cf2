"""When a PodDisruptionBudget lets no pod be evicted."""

import math
from dataclasses import dataclass
from typing import Any

Amount = int | str | None
"""A number of pods, or a share of them as `50%`."""


@dataclass(frozen=True)
class BudgetLimits:
    """What a budget demands."""

    min_available: Amount = None
    max_unavailable: Amount = None

    @classmethod
    def of(cls, spec: Any) -> "BudgetLimits":
        """Reads them from the specification of a budget, or from the values of a chart."""
        return cls(spec.get("minAvailable"), spec.get("maxUnavailable"))

    def strict(self, replicas: int | None) -> str | None:
        """Why no pod may be evicted although all are ready; None where one may.

        Args:
            replicas: the number of pods; None where it is unknown.
        """
        if _of(self.max_unavailable, replicas) == 0 and self.max_unavailable is not None:
            return f"maxUnavailable: {self.max_unavailable}"
        needed = _of(self.min_available, replicas)
        if self.min_available == "100%":
            return "minAvailable: 100%"
        if needed is not None and replicas is not None and 0 < replicas <= needed:
            return f"minAvailable: {self.min_available} of {replicas}"
        return None


def _of(amount: Amount, replicas: int | None) -> int | None:
    """An amount as a number of pods; None where it is unknown.

    Kubernetes rounds shares up.
    https://kubernetes.io/docs/tasks/run-application/configure-pdb/#rounding-logic-when-specifying-percentages
    """
    if isinstance(amount, str) and amount.endswith("%") and amount[:-1].isdigit():
        share = int(amount[:-1])
        if share == 0:
            return 0
        return None if replicas is None else math.ceil(replicas * share / 100)
    if isinstance(amount, str):
        return int(amount) if amount.isdigit() else None
    return amount
