"""What of a live cluster keeps pods on their nodes, so that nodes cannot be replaced."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from runner.check.finding import Finding
from runner.upgrade_plan.budgets import BudgetLimits
from runner.upgrade_plan.live_api import LiveApi

DO_NOT_DISRUPT: Final = "karpenter.sh/do-not-disrupt"

_DEPLOYMENTS: Final = "/apis/apps/v1/deployments"
_BUDGETS: Final = "/apis/policy/v1/poddisruptionbudgets"
_ENDED: Final = ("Succeeded", "Failed")
_SHOWN: Final = 10
_ADVICE: Final = "Add a replica, or let the budget allow one pod less."

Object = dict[str, Any]


@dataclass(frozen=True)
class LiveObjects:
    """The objects that matter."""

    budgets: list[Object]
    deployments: list[Object]
    pods: list[Object]

    @classmethod
    def of(cls, api: LiveApi) -> "LiveObjects":
        """Reads them.

        Raises:
            NotCheckedError: the API does not answer, or refuses a request.
        """
        pods = [
            each
            for each in api.objects("/api/v1/pods")
            if each.get("status", {}).get("phase") not in _ENDED
        ]
        return cls(api.objects(_BUDGETS), api.objects(_DEPLOYMENTS), pods)


def find(cluster: LiveObjects) -> Iterator[Finding]:
    """Everything that blocks, or is away while a node is replaced."""
    rows = [
        *_budgets(cluster),
        *_two_budgets(cluster),
        *_not_disrupted(cluster),
        *_single_replicas(cluster),
    ]
    yield from rows
    if not rows:
        pods, budgets = len(cluster.pods), len(cluster.budgets)
        yield Finding("ok", "pods", f"each of {pods} may be evicted; {budgets} budgets")


def _budgets(cluster: LiveObjects) -> Iterator[Finding]:
    for budget in cluster.budgets:
        status = budget.get("status", {})
        expected = status.get("expectedPods", 0)
        subject = f"PodDisruptionBudget {_name(budget)}"
        if not expected:
            yield Finding("warning", subject, "selects no pod", action="Delete it, or correct it.")
            continue
        strict = BudgetLimits.of(budget["spec"]).strict(expected)
        if strict is not None:
            yield Finding("error", subject, f"{strict}: no pod may be evicted", action=_ADVICE)
        elif status.get("disruptionsAllowed", 0) == 0:
            healthy = f"{status.get('currentHealthy', 0)} of {expected} pods are ready"
            needed = f"{status.get('desiredHealthy', 0)} are needed"
            yield Finding(
                "error",
                subject,
                f"allows no disruption now: {healthy}, {needed}",
                action="Repair these pods first."
                + (
                    ""
                    if budget["spec"].get("unhealthyPodEvictionPolicy")
                    else " `unhealthyPodEvictionPolicy: AlwaysAllow` lets pods go that are not "
                    "ready."
                ),
            )


def _two_budgets(cluster: LiveObjects) -> Iterator[Finding]:
    """Pods of two budgets: the API refuses to evict them."""
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for pod in cluster.pods:
        namespace, labels = pod["metadata"]["namespace"], pod["metadata"].get("labels") or {}
        names = tuple(
            sorted(
                each["metadata"]["name"]
                for each in cluster.budgets
                if each["metadata"]["namespace"] == namespace
                and selects(each["spec"].get("selector"), labels)
            )
        )
        if len(names) > 1:
            found[namespace, *names].append(_name(pod))
    for (namespace, *names), pods in found.items():
        yield Finding(
            "error",
            f"PodDisruptionBudgets {', '.join(names)} in {namespace}",
            f"select the same pods, which can then not be evicted: {_some(pods)}",
            "one budget for a pod",
            "Delete one, or let its selector have other pods.",
        )


def _not_disrupted(cluster: LiveObjects) -> Iterator[Finding]:
    pods = [
        _name(each)
        for each in cluster.pods
        if (each["metadata"].get("annotations") or {}).get(DO_NOT_DISRUPT) == "true"
    ]
    if pods:
        yield Finding(
            "warning",
            f"pods with {DO_NOT_DISRUPT}",
            _some(pods),
            action="Karpenter replaces their nodes when they have ended, or after the pool's "
            "termination_grace_period.",
        )


def _single_replicas(cluster: LiveObjects) -> Iterator[Finding]:
    found = [_name(each) for each in cluster.deployments if each["spec"].get("replicas", 1) == 1]
    if found:
        yield Finding(
            "warning",
            "Deployments with one replica",
            _some(found),
            "two replicas",
            "They are not there while their node is replaced.",
        )


def selects(selector: Any, labels: dict[str, str]) -> bool:
    """Whether a label selector has a pod; that of a budget without terms has every pod.

    https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
    """
    if selector is None:
        return False
    wanted: dict[str, str] = selector.get("matchLabels") or {}
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    operators: dict[str, Callable[[str, list[str]], bool]] = {
        "In": lambda key, values: labels.get(key) in values,
        "NotIn": lambda key, values: labels.get(key) not in values,
        "Exists": lambda key, _: key in labels,
        "DoesNotExist": lambda key, _: key not in labels,
    }
    return all(
        operators[each["operator"]](each["key"], each.get("values") or [])
        for each in selector.get("matchExpressions") or ()
    )


def _name(content: Object) -> str:
    return f"{content['metadata']['namespace']}/{content['metadata']['name']}"


def _some(names: Iterable[str]) -> str:
    found = sorted(names)
    more = f", and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return f"{len(found)}: {', '.join(found[:_SHOWN])}{more}"
