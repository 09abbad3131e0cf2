"""The commands before the first apply."""

from functools import partial
from typing import Annotated

import typer

from rules.load import load
from runner.backend.bootstrap import bootstrap as run_bootstrap
from runner.check.report import as_json, exit_code, print_findings
from runner.check.run import check_account
from runner.commands.arguments import Environment, Json, Yes, names
from runner.commands.runs import report, state_stacks
from runner.synth import output_folder, print_summary, synthesize
from runner.tables import console

app = typer.Typer()
command = partial(app.command, rich_help_panel="Start")


@command()
def synth(
    environments: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ENVIRONMENT]...",
            help="Names of environments, or paths of their files.",
            autocompletion=names,
            show_default="all of environments/",
        ),
    ] = None,
) -> None:
    """Writes Terraform JSON to cdktf.out, or to the folder in CDKTF_OUTDIR."""
    print_summary(synthesize(*(environments or [])), output_folder(), typer.echo)


@command()
def check(environment: Environment, json: Json = False) -> None:
    """Checks whether the AWS account has what an environment needs; only reads."""
    stacks = synthesize(environment)
    code = 0
    for loaded in load([environment]):
        findings = check_account(loaded, stacks)
        if json:
            typer.echo(as_json(loaded, findings))
        else:
            print_findings(loaded, findings, console())
        code = max(code, exit_code(findings))
    raise typer.Exit(code)


@command()
def bootstrap(environment: Environment, yes: Yes = False) -> None:
    """Creates the state backend, or updates it to the configuration."""
    for state in state_stacks(environment):
        run_bootstrap(state, output_folder(), approve=yes, report=report)
        typer.echo(f"The state of {state.environment} is in the bucket {state.backend['bucket']}.")
