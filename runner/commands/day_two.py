"""The commands for a platform in use."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from rules.load import load
from runner.charts.fetch import fetch_charts as fetch
from runner.commands.arguments import Environment, Json, Yes
from runner.eject.command import write_stacks
from runner.errors import RunnerError
from runner.failover.command import check_standby
from runner.failover.command import failback as run_failback
from runner.failover.command import failover as run_failover
from runner.manifest import by_environment
from runner.regions.efs_failover import efs_failover as run_efs_failover
from runner.regions.efs_failover import efs_overwrite as run_efs_overwrite
from runner.synth import synthesize
from runner.tables import console
from runner.tunnel.tunnel import tunnel as run_tunnel
from runner.upgrade_plan.command import print_upgrade_plan
from runner.versions.report import print_versions

app = typer.Typer()
command = partial(app.command, rich_help_panel="Day two")


@command()
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


@command()
def failback(environment: Environment, yes: Yes = False) -> None:
    """Lets the health of the regions decide again where requests go."""
    run_failback(
        synthesize(environment),
        confirm=lambda question: yes or typer.confirm(question),
        say=typer.echo,
    )


@command()
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


@command()
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


@command()
def tunnel(environment: Environment) -> None:
    """Opens a tunnel to the private Kubernetes API through a node, until Ctrl-C."""
    stacks = synthesize(environment)
    if len(names := by_environment(stacks)) > 1:
        raise RunnerError(f"A tunnel leads to one cluster. Name one of {', '.join(names)}.", 2)
    run_tunnel(stacks, typer.echo)


@command()
def eject(
    environment: Environment,
    to: Annotated[
        Path, typer.Option(help="The folder in which the folders of the stacks are written.")
    ] = Path("ejected"),
    force: Annotated[
        bool, typer.Option("--force", help="Replace folders that have other content.")
    ] = False,
) -> None:
    """Writes the stacks as HCL that Terraform runs without this project; changes nothing else."""
    write_stacks(environment, to, typer.echo, force=force)


@command()
def versions(json: Json = False) -> None:
    """Compares the pinned versions with the newest ones, and writes a patch of versions.yaml."""
    print_versions(console(), json=json)


@command()
def fetch_charts(environment: Environment) -> None:
    """Fetches the charts of an environment into the folder that platform.charts.folder names."""
    for loaded in load([environment]):
        fetch(loaded, typer.echo)


@command()
def upgrade_plan(
    environment: Environment,
    to: Annotated[str, typer.Argument(help="The Kubernetes minor, for example 1.36.")],
    kubeconfig: Annotated[
        str | None,
        typer.Option(
            help="A kubeconfig: also read the live cluster of its current context.",
            envvar="KUBECONFIG",
        ),
    ] = None,
    context: Annotated[str | None, typer.Option(help="Another context of it.")] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Write the next settings into the environment's file.")
    ] = False,
    json: Json = False,
) -> None:
    """Prints the order of an upgrade by one minor, and what would block it."""
    raise typer.Exit(
        print_upgrade_plan(environment, to, kubeconfig, context, write=write, json=json)
    )
