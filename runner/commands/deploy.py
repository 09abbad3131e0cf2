"""The commands that run Terraform on the stacks of an environment."""

from dataclasses import replace
from functools import partial
from typing import Annotated

import typer

from runner.backend.teardown import bootstrap_destroy as run_bootstrap_destroy
from runner.commands.arguments import Environment, OneStack, Yes
from runner.commands.runs import chosen, report, run_of, state_stacks
from runner.commands.words import PASSED_ON
from runner.providers_lock import providers_lock as lock
from runner.regions.steps import reversed_steps, steps
from runner.side_by_side.steps import carry_out
from runner.synth import output_folder
from runner.terraform import terraform_environment
from runner.unlock import unlock as run_unlock

app = typer.Typer()
command = partial(app.command, rich_help_panel="Deploy")


@command(epilog=PASSED_ON)
def apply(
    context: typer.Context, environment: Environment, stack: OneStack = None, yes: Yes = False
) -> None:
    """Applies the stacks in order."""
    carry_out("apply", steps(run_of(context, environment, stack, approve=yes)))


@command(epilog=PASSED_ON)
def destroy(
    context: typer.Context,
    environment: Environment,
    stack: OneStack = None,
    yes: Yes = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only list what would be deleted.")
    ] = False,
    without_kubernetes: Annotated[
        bool,
        typer.Option(
            "--without-kubernetes",
            help="Go on where the Kubernetes API cannot be reached: ask EC2 alone.",
        ),
    ] = False,
    grace: Annotated[
        int, typer.Option(help="Minutes that the pods of Karpenter's nodes have to end.", min=0)
    ] = 10,
) -> None:
    """Destroys the stacks in reverse order, except the state stack, and what controllers made."""
    run = run_of(context, environment, stack, approve=yes)
    run = replace(
        run,
        dry_run=dry_run,
        without_kubernetes=without_kubernetes,
        waits=replace(run.waits, grace=grace * 60),
    )
    carry_out("destroy", reversed_steps(run))


@command()
def unlock(environment: Environment, stack: OneStack = None, yes: Yes = False) -> None:
    """Releases what an interrupted apply left locked: states, and Helm releases."""
    run_unlock(
        chosen(environment, stack),
        confirm=lambda question: yes or typer.confirm(question),
        say=typer.echo,
    )


@command(epilog=PASSED_ON)
def providers_lock(
    context: typer.Context, environment: Environment, stack: OneStack = None
) -> None:
    """Writes lock files of the stacks' providers, which every later init uses."""
    lock(chosen(environment, stack), terraform_environment(), context.obj, typer.echo)


@command()
def bootstrap_destroy(
    environment: Environment,
    yes: Yes = False,
    force: Annotated[
        bool, typer.Option("--force", help="Also destroy states of other stacks in it.")
    ] = False,
    confirm: Annotated[
        str | None, typer.Option(help="Name of the bucket, to confirm --force.")
    ] = None,
) -> None:
    """Destroys the state backend, if it holds no other state."""
    for state in state_stacks(environment):
        existed = run_bootstrap_destroy(
            state,
            output_folder(),
            approve=yes,
            confirmed=confirm if force else None,
            report=report,
        )
        if existed:
            typer.echo(
                f"The state backend of {state.environment} is destroyed. "
                "AWS deletes its KMS keys later."
            )
        else:
            typer.echo(f"There is no state backend of {state.environment}.")
