"""The commands that lead requests, and shared files, from one region to another."""

from typing import Annotated

import typer

from runner.arguments import Environment, Yes
from runner.failover.command import check_standby
from runner.failover.command import failback as run_failback
from runner.failover.command import failover as run_failover
from runner.regions.efs_failover import efs_failover as run_efs_failover
from runner.regions.efs_failover import efs_overwrite as run_efs_overwrite
from runner.synth import synthesize


def failover(
    environment: Environment,
    to: Annotated[str, typer.Argument(help="The region that serves: its code, name or region.")],
    yes: Yes = False,
    force: Annotated[
        bool, typer.Option("--force", help="Go on although that region looks unable to serve.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only check whether that region can serve.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="As --dry-run, and print JSON.")] = False,
) -> None:
    """Leads all requests to one region, after a check whether it can serve them."""
    stacks = synthesize(environment)
    if dry_run or json:
        raise typer.Exit(0 if check_standby(stacks, to, json=json, say=typer.echo) else 1)
    run_failover(
        stacks,
        to,
        force=force,
        confirm=lambda question: yes or typer.confirm(question),
        say=typer.echo,
    )


def failback(environment: Environment, yes: Yes = False) -> None:
    """Lets the health of the regions decide again where requests go."""
    run_failback(
        synthesize(environment),
        confirm=lambda question: yes or typer.confirm(question),
        say=typer.echo,
    )


def efs_failover(
    environment: Environment,
    to: Annotated[str, typer.Argument(help="The region whose copy can be written to then.")],
    yes: Yes = False,
    local: Annotated[
        bool, typer.Option("--local", help="Do it in that region only: the other one is lost.")
    ] = False,
) -> None:
    """Ends the replication of the shared file system, so that its copy can be written to."""
    run_efs_failover(
        synthesize(environment),
        to,
        local=local,
        confirm=lambda question: yes or typer.confirm(question),
        say=typer.echo,
    )


def efs_overwrite(
    environment: Environment,
    to: Annotated[str, typer.Argument(help="The region whose files are overwritten.")],
    yes: Yes = False,
) -> None:
    """Lets the next apply replicate over the shared file system of one region."""
    run_efs_overwrite(
        synthesize(environment),
        to,
        confirm=lambda question: yes or typer.confirm(question),
        say=typer.echo,
    )
