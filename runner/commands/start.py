"""The commands before the first apply."""

import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from config.derived.ci import Provider
from rules.load import ENVIRONMENTS, load
from runner.backend.bootstrap import bootstrap as run_bootstrap
from runner.check.report import as_json, exit_code, print_findings
from runner.check.run import check_account
from runner.ci.command import write_pipelines
from runner.commands.arguments import Environment, Json, Yes, names, use_case_names
from runner.commands.runs import report, state_stacks
from runner.init.answers import Answers
from runner.init.command import new_environment
from runner.init.identity import caller
from runner.init.questions import letters
from runner.synth import output_folder, print_summary, synthesize
from runner.tables import console

app = typer.Typer()
command = partial(app.command, rich_help_panel="Start")


@command()
def init(
    name: Annotated[str, typer.Argument(help="Name of the environment.", show_default=False)] = "",
    use_case: Annotated[
        str,
        typer.Option(
            help="The example to begin with (docs/examples.md).",
            autocompletion=use_case_names,
            show_default="dev",
        ),
    ] = "",
    account: Annotated[
        str, typer.Option(help="Id of the AWS account.", show_default="that of the credentials")
    ] = "",
    region: Annotated[
        str, typer.Option(help="Code of the region.", show_default="that of the profile")
    ] = "",
    zones: Annotated[
        str, typer.Option(help="Letters of the zones, for example a,b,c.", show_default="auto")
    ] = "",
    domain: Annotated[
        str,
        typer.Option(help="Domain of the load balancer.", show_default="none, and plain HTTP"),
    ] = "",
    hosted_zone: Annotated[
        str, typer.Option(help="Id of its Route 53 zone.", show_default="found in the account")
    ] = "",
    hosted_zone_name: Annotated[
        str, typer.Option(help="Name of that zone.", show_default="the domain")
    ] = "",
    admin: Annotated[
        list[str] | None,
        typer.Option(
            help="ARN of an administrators' IAM role or user; may be repeated.",
            show_default="who has the credentials",
        ),
    ] = None,
) -> None:
    """Writes a new environment from an example to environments/; asks for what no flag says."""
    answers = Answers(
        name=name,
        use_case=use_case,
        account=account,
        region=region,
        admins=tuple(admin or ()),
        zones=letters(zones),
        domain=domain,
        hosted_zone=hosted_zone,
        hosted_zone_name=hosted_zone_name,
    )
    ask = _ask if sys.stdin.isatty() else None
    new_environment(answers, ENVIRONMENTS, ask, typer.echo, caller)


def _ask(question: str, default: str) -> str:
    return typer.prompt(question, default=default or None)


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


@command()
def ci(
    environments: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ENVIRONMENT]...",
            help="Names of environments, or paths of their files.",
            autocompletion=names,
            show_default="all of environments/",
        ),
    ] = None,
    provider: Annotated[
        Provider | None,
        typer.Option(help="Whose pipelines.", show_default="the only one of the environments"),
    ] = None,
    out: Annotated[Path, typer.Option(help="The folder of the repository.")] = Path(),
    force: Annotated[
        bool, typer.Option("--force", help="Replace files that have other content.")
    ] = False,
) -> None:
    """Writes the pipelines of a repository: plan, apply, drift and newer versions."""
    chosen = environments or []
    write_pipelines(load(chosen), synthesize(*chosen), provider, out, typer.echo, force=force)
