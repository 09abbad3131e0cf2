"""The command line: `python -m runner`."""

import sys
from dataclasses import replace
from itertools import takewhile
from json import dumps
from typing import Annotated, Final, NoReturn

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from rules.load import ConfigError, load
from runner import stages
from runner.arguments import Environment, OneStack, Yes
from runner.backend.bootstrap import bootstrap as run_bootstrap
from runner.backend.steps import Step
from runner.backend.teardown import bootstrap_destroy as run_bootstrap_destroy
from runner.capacity import print_capacity
from runner.charts.fetch import fetch_charts as fetch
from runner.check.report import as_json, exit_code, print_findings
from runner.check.run import check_account
from runner.errors import RunnerError
from runner.images.command import print_images
from runner.ip_plan import print_ip_plan
from runner.manifest import STATE, Stack, by_environment, select
from runner.permissions import permissions as policies_of
from runner.providers_lock import providers_lock as lock
from runner.region_commands import efs_failover, efs_overwrite, failback, failover
from runner.regions.steps import reversed_steps, steps
from runner.roles import print_roles
from runner.side_by_side.steps import carry_out
from runner.synth import output_folder, synthesize
from runner.terraform import terraform_environment
from runner.tunnel.tunnel import tunnel as run_tunnel
from runner.unlock import unlock as run_unlock
from runner.versions.report import print_versions

app = typer.Typer(
    help=(
        "Runs Terraform on the stacks of an environment. For plan, apply and destroy, the first "
        "argument with one dash (-lock=false) and all after it, or all after --, are passed to "
        "terraform."
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

FOR_TERRAFORM: Final = ("plan", "apply", "destroy", "providers-lock")
"""Commands that pass arguments on."""


@app.command()
def plan(context: typer.Context, environment: Environment, stack: OneStack = None) -> None:
    """Plans the stacks in order."""
    raise typer.Exit(carry_out("plan", steps(_run(context, environment, stack))))


@app.command()
def apply(
    context: typer.Context, environment: Environment, stack: OneStack = None, yes: Yes = False
) -> None:
    """Applies the stacks in order."""
    carry_out("apply", steps(_run(context, environment, stack, approve=yes)))


@app.command()
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
    run = _run(context, environment, stack, approve=yes)
    run = replace(
        run,
        dry_run=dry_run,
        without_kubernetes=without_kubernetes,
        waits=replace(run.waits, grace=grace * 60),
    )
    carry_out("destroy", reversed_steps(run))


@app.command()
def unlock(environment: Environment, stack: OneStack = None, yes: Yes = False) -> None:
    """Releases what an interrupted apply left locked: states, and Helm releases."""
    stacks = synthesize(environment)
    chosen = stacks if stack is None else [select(stacks, stack)]
    run_unlock(chosen, confirm=lambda question: yes or typer.confirm(question), say=typer.echo)


for command in (failover, failback, efs_failover, efs_overwrite):
    app.command()(command)


@app.command()
def tunnel(environment: Environment) -> None:
    """Opens a tunnel to the private Kubernetes API through a node, until Ctrl-C."""
    stacks = synthesize(environment)
    if len(names := by_environment(stacks)) > 1:
        raise RunnerError(f"A tunnel leads to one cluster. Name one of {', '.join(names)}.", 2)
    run_tunnel(stacks, typer.echo)


@app.command()
def versions() -> None:
    """Compares the pinned versions with the newest ones, and writes a patch of versions.yaml."""
    print_versions(Console(highlight=False))


@app.command()
def bootstrap(environment: Environment, yes: Yes = False) -> None:
    """Creates the state backend, or updates it to the configuration."""
    for state in _state_stacks(environment):
        run_bootstrap(state, output_folder(), approve=yes, report=_report)
        typer.echo(f"The state of {state.environment} is in the bucket {state.backend['bucket']}.")


@app.command()
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
    for state in _state_stacks(environment):
        existed = run_bootstrap_destroy(
            state,
            output_folder(),
            approve=yes,
            confirmed=confirm if force else None,
            report=_report,
        )
        if existed:
            typer.echo(
                f"The state backend of {state.environment} is destroyed. "
                "AWS deletes its KMS keys later."
            )
        else:
            typer.echo(f"There is no state backend of {state.environment}.")


@app.command()
def check(
    environment: Environment,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Checks whether the AWS account has what an environment needs; only reads."""
    stacks = synthesize(environment)
    code = 0
    for loaded in load([environment]):
        findings = check_account(loaded, stacks)
        if json:
            typer.echo(as_json(loaded, findings))
        else:
            print_findings(loaded, findings, Console(highlight=False))
        code = max(code, exit_code(findings))
    raise typer.Exit(code)


@app.command()
def ip_plan(environment: Environment) -> None:
    """Prints the IP plan of an environment: subnets, reservations, pods, free addresses."""
    for loaded in load([environment]):
        print_ip_plan(loaded, Console(highlight=False))


@app.command()
def capacity(environment: Environment) -> None:
    """Prints the requests of the platform's pods and the allocatable capacity of its nodes."""
    for loaded in load([environment]):
        print_capacity(loaded, Console(highlight=False))


@app.command()
def permissions(environment: Environment, stack: OneStack = None) -> None:
    """Prints the IAM policies that plan and apply each stack, as JSON."""
    stacks = synthesize(environment)
    found = {}
    for loaded in load([environment]):
        own = by_environment(stacks)[loaded.name]
        chosen = own if stack is None else [select(own, stack)]
        everything = policies_of(loaded, own, lambda text: typer.echo(text, err=True))
        everything["stacks"] = {
            each.short_name: everything["stacks"][each.short_name] for each in chosen
        }
        found[loaded.name] = everything
    typer.echo(dumps(found, indent=2))


@app.command()
def providers_lock(
    context: typer.Context, environment: Environment, stack: OneStack = None
) -> None:
    """Writes lock files of the stacks' providers, which every later init uses."""
    stacks = synthesize(environment)
    chosen = stacks if stack is None else [select(stacks, stack)]
    lock(chosen, terraform_environment(), context.obj, typer.echo)


@app.command()
def roles(environment: Environment) -> None:
    """Prints what each IAM role must hold that identity.roles can name, as JSON."""
    print_roles(environment, typer.echo)


@app.command()
def fetch_charts(environment: Environment) -> None:
    """Fetches the charts of an environment into the folder that platform.charts.folder names."""
    for loaded in load([environment]):
        fetch(loaded, typer.echo)


@app.command()
def images(
    environment: Environment,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    script: Annotated[
        bool, typer.Option("--script", help="Print a script that copies them.")
    ] = False,
) -> None:
    """Lists the charts and images of an environment; needs helm and the charts' archives."""
    raise typer.Exit(print_images(load([environment]), json=json, script=script))


def main(arguments: list[str]) -> NoReturn:
    """Runs a command; if Terraform fails, exits with Terraform's exit code.

    Arguments after the first `--`, and from the first one with a single dash, are for terraform.
    The runner's own options have two dashes.
    """
    own = list(takewhile(lambda argument: not _is_for_terraform(argument), arguments))
    rest = arguments[len(own) :]
    extra = tuple(rest[1:] if rest[:1] == ["--"] else rest)
    try:
        if extra and own[:1] and own[0] not in FOR_TERRAFORM:
            raise RunnerError(f"`{own[0]}` takes no arguments for terraform: {' '.join(extra)}", 2)
        app(own, prog_name="python -m runner", obj=extra)
    except ConfigError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
    except RunnerError as error:
        typer.secho(f"Error: {error}", fg="red", err=True)
        sys.exit(error.exit_code)
    except (BotoCoreError, ClientError) as error:
        typer.secho(f"Error: AWS: {error}", fg="red", err=True)
        sys.exit(1)
    sys.exit(0)


def _is_for_terraform(argument: str) -> bool:
    return argument == "--" or (argument.startswith("-") and not argument.startswith("--"))


def _run(
    context: typer.Context, environment: str, stack: str | None, *, approve: bool = False
) -> stages.Run:
    return stages.Run(synthesize(environment), stack, context.obj, approve)


def _state_stacks(environment: str) -> list[Stack]:
    stacks = by_environment(synthesize(environment)).values()
    states = [select(own, STATE) for own in stacks]
    for state in states:
        stages.require_terraform_for(state)
    return states


def _report(step: Step) -> None:
    console = Console(highlight=False)
    console.rule(f"{step.name}: {step.title}", align="left")
    console.file.flush()
