"""Takes the plans of an applied environment to the security gate."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from runner.manifest import Stack
from runner.terraform import Terraform, terraform_environment
from support.scanners import install_scanners
from tools.emulator import LocalAws
from tools.security.gate import problems_of_plans

SAVED_PLAN: Final = "after-apply.tfplan"
"""Name for `plan -out`, in each stack's folder."""


def plan_json(stack_dir: Path, environ: Mapping[str, str]) -> dict[str, Any]:
    """A plan of an initialized stack as JSON: the saved one, or one made now.

    Args:
        stack_dir: the stack's folder.
        environ: the environment of a process that reaches the stack's AWS.
    """
    terraform = Terraform(stack_dir, terraform_environment(environ))
    if not (stack_dir / SAVED_PLAN).exists():
        terraform.plan("-lock=false", f"-out={SAVED_PLAN}")
    return json.loads(terraform.capture("show", "-json", SAVED_PLAN))


def security_problems(aws: LocalAws, stacks: list[Stack]) -> list[str]:
    """What both scanners hold against applied stacks and is not suppressed, or is needlessly.

    The edge is left out: without a domain, as in dev and prod, it speaks plain HTTP by choice.
    The scan of the synthesized JSON takes one that has a domain.

    Args:
        aws: where they are applied.
        stacks: all stacks of one environment.
    """
    install_scanners()
    stacks = [stack for stack in stacks if stack.short_name != "edge"]
    environ = aws.process_environment(os.environ)
    return problems_of_plans(
        {stack.name: stack.document for stack in stacks},
        {stack.name: plan_json(stack.directory, environ) for stack in stacks},
    )
