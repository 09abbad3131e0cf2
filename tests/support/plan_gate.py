"""Takes the plans of an applied environment to the security gate."""

import json
from typing import Final

from runner.manifest import Stack
from runner.terraform import Terraform
from support.scanners import install_scanners
from tools.security.gate import problems_of_plans

SAVED_PLAN: Final = "after-apply.tfplan"
"""Name for `plan -out`, in each stack's folder."""


def security_problems(stacks: list[Stack]) -> list[str]:
    """What both scanners hold against applied stacks and is not suppressed, or is needlessly.

    The edge is not scanned: without a domain, as in dev, it serves plain HTTP by choice. The scan
    of the synthesized JSON takes one that has a domain.

    Args:
        stacks: all stacks of one environment, planned to SAVED_PLAN.
    """
    install_scanners()
    plans = {}
    for stack in stacks:
        if stack.short_name != "edge":
            saved = Terraform(stack.directory).capture("show", "-json", SAVED_PLAN)
            plans[stack.name] = json.loads(saved)
    documents = {stack.name: stack.document for stack in stacks if stack.name in plans}
    return problems_of_plans(documents, plans)
