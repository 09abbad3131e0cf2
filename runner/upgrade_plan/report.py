"""Prints a plan, for people or as JSON."""

import json
from collections.abc import Iterator
from typing import Any, Final

from rich.console import Console

from runner.check.finding import Finding
from runner.check.report import as_data, sums
from runner.upgrade_plan.changes import ChangedResource, ChangedValue
from runner.upgrade_plan.plan import Plan
from runner.upgrade_plan.step import UpgradeStep
from runner.upgrade_plan.steps import ROLLBACK_DAYS

LONGEST: Final = 60
"""Characters of a value that is printed."""

ROLLBACK: Final = (
    f"EKS rolls the control plane back by one minor within {ROLLBACK_DAYS} days of its upgrade: "
    "not a cluster that was created with its version, not after a further upgrade, and not after "
    "EKS upgraded it at the end of extended support.",
    "Node groups may not be newer than the control plane: they are rolled back before it. Until "
    "they are upgraded, the control plane is rolled back alone. Nodes that Karpenter adds "
    "meanwhile have the new minor, and it replaces them after a rollback.",
    "EKS add-ons and charts are not rolled back with it; the settings of before bring their "
    "versions back.",
    "etcd, volumes and workloads stay. What a new version of a chart has migrated, its data and "
    "its CRDs, stays migrated.",
    "docs/upgrades.md, Rolling back an upgrade, has the commands.",
)
"""https://docs.aws.amazon.com/eks/latest/userguide/rollback-cluster.html"""


def print_plan(plan: Plan, console: Console) -> None:
    """Prints what was found that is not well, the steps, and what can be undone."""
    for line in _lines(plan):
        console.print(line, soft_wrap=True, markup=False, highlight=False)


def plan_data(plan: Plan) -> dict[str, Any]:
    """The plan for a machine."""
    upgrade = plan.upgrade
    return {
        "from": upgrade.current,
        "to": upgrade.target,
        "running": upgrade.running,
        "steps": [_step(each) for each in plan.steps],
        **as_data(plan.findings),
        "behaviours": [each.model_dump() for each in plan.behaviours],
        "rollback": list(ROLLBACK),
    }


def _step(step: UpgradeStep) -> dict[str, Any]:
    return {
        "name": step.name,
        "does": step.does,
        "done": step.done,
        "settings": dict(step.settings),
        "stack": step.stack,
        "command": step.command,
        "versions": [
            {"name": each.name, "from": each.before, "to": each.after} for each in step.versions
        ],
        "changes": [
            {
                "stack": each.stack,
                "address": each.address,
                "action": each.action,
                "replaced_by": list(each.replaced_by),
                "arguments": [
                    {"path": one.path, "from": one.before, "to": one.after}
                    for one in each.arguments
                ],
            }
            for each in step.changes
        ],
        "succeeded": list(step.succeeded),
        "notes": list(step.notes),
    }


def _lines(plan: Plan) -> Iterator[str]:
    upgrade = plan.upgrade
    yield f"Upgrade of {upgrade.environment} from Kubernetes {upgrade.current} to {upgrade.target}"
    yield ""
    yield from _found(plan.findings)
    for behaviour in plan.behaviours:
        yield f"  change of {behaviour.minor}: {behaviour.change}. {behaviour.action}"
    yield ""
    for number, step in enumerate(plan.steps, start=1):
        yield f"{number}. {step.name}: {step.does}{' (done)' if step.done else ''}"
        yield from (f"   {line}" for line in _of(step))
        yield ""
    yield "What can be undone:"
    yield from (f"  {line}" for line in ROLLBACK)


def _found(findings: list[Finding]) -> Iterator[str]:
    order = ("error", "warning", "not checked")
    for status in order:
        for each in findings:
            if each.status == status:
                needed = f" (needed: {each.needed})" if each.needed else ""
                action = f" {each.action}" if each.action else ""
                yield f"{status}: {each.check}: {each.subject}: {each.found}{needed}.{action}"
    yield sums(findings)


def _of(step: UpgradeStep) -> Iterator[str]:
    for path, value in step.settings.items():
        yield f"Set      {path}: {json.dumps(value) if path.endswith('version') else value}"
    if step.command:
        yield f"Run      {step.command}"
    for each in step.versions:
        if not each.stays:
            yield f"Version  {each.name}: {each.before or 'none'} -> {each.after or 'none'}"
    stays = [f"{each.name} {each.after}" for each in step.versions if each.stays]
    if stays:
        yield f"Stays    {', '.join(stays)}"
    for each in step.changes:
        yield f"Changes  {_change(each)}"
    for each in step.succeeded:
        yield f"See      {each}"
    for each in step.notes:
        yield f"Note     {each}"


def _change(change: ChangedResource) -> str:
    arguments = "; ".join(_difference(each) for each in change.arguments)
    why = f", for {', '.join(change.replaced_by)}" if change.replaced_by else ""
    said = f" ({arguments})" if arguments else ""
    return f"{change.stack}: {change.address}: {change.action}{why}{said}"


def _difference(difference: ChangedValue) -> str:
    return f"{difference.path}: {_short(difference.before)} -> {_short(difference.after)}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
