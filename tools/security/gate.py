"""The gate for every stack: both scanners, without suppressed findings."""

from collections.abc import Mapping
from typing import Any

from tools.security import checkov, nag, suppressions
from tools.security.checkov import ScannerError, Target
from tools.security.terraform_json import changes, managed_addresses

Documents = Mapping[str, Mapping[str, Any]]
"""Terraform JSON or plans, by name of the stack."""


def problems_of_plans(stacks: Documents, plans: Documents) -> list[str]:
    """Scans stacks and the plans made of them after they were applied, with both scanners.

    After an apply, ids and computed arguments are known, so what a scanner cannot decide counts as
    a finding.

    Returns:
        The findings that are not suppressed, and the suppressions that are not needed.

    Raises:
        ScannerError: a scanner failed or did not look at everything; a plan is missing, is not
            of that stack, or changes something, so that it was not made after an apply.
    """
    _require_applied(stacks, plans)
    found = checkov.scan(
        *(Target(name, "synth", body) for name, body in stacks.items()),
        *(Target(name, "plan", body) for name, body in plans.items()),
    )
    for name, plan in plans.items():
        found += nag.scan(name, plan)
    return [
        *map(str, suppressions.unsuppressed(set(found), suppressions.current())),
        *suppressions.unused(found, suppressions.current(), list(stacks)),
    ]


def _require_applied(stacks: Documents, plans: Documents) -> None:
    if set(stacks) != set(plans):
        raise ScannerError(f"there are stacks {sorted(stacks)} and plans {sorted(plans)}")
    for name, stack in stacks.items():
        if managed_addresses(stack) != managed_addresses(plans[name]):
            raise ScannerError(f"the plan of {name} is of other resources than its stack")
        if changes(plans[name]):
            raise ScannerError(f"{name} was not applied: {changes(plans[name])}")
