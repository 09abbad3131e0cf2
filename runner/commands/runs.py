"""What several commands do with the stacks of an environment."""

import typer
from rich.console import Console

from runner import stages
from runner.backend.steps import Step
from runner.manifest import STATE, Stack, by_environment, select
from runner.synth import synthesize


def run_of(
    context: typer.Context, environment: str, stack: str | None, *, approve: bool = False
) -> stages.Run:
    """Synthesizes an environment for a run of Terraform.

    Args:
        context: of the command; its object are the arguments for terraform.
        stack: name of the selected stack; None for all.
        approve: whether nothing is asked.
    """
    return stages.Run(synthesize(environment), stack, context.obj, approve)


def chosen(environment: str, stack: str | None) -> list[Stack]:
    """Synthesizes an environment; its stacks, or one of them."""
    stacks = synthesize(environment)
    return stacks if stack is None else [select(stacks, stack)]


def state_stacks(environment: str) -> list[Stack]:
    """Synthesizes an environment; the state stack of each of its regions."""
    stacks = by_environment(synthesize(environment)).values()
    states = [select(own, STATE) for own in stacks]
    for state in states:
        stages.require_terraform_for(state)
    return states


def report(step: Step) -> None:
    """Prints the heading of a step of the bootstrap."""
    console = Console(highlight=False)
    console.rule(f"{step.name}: {step.title}", align="left")
    console.file.flush()
