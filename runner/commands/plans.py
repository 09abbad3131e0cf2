"""The commands that plan an environment's stacks, or find what was changed outside Terraform."""

from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer

from runner.commands.arguments import Environment, OneStack
from runner.commands.runs import run_of
from runner.commands.words import PASSED_ON
from runner.plan_page.command import Options, drift_page, form, plan_page

app = typer.Typer()
command = partial(app.command, rich_help_panel="Deploy")

PLAN_CODES: Final = (
    "Exit codes: 0, also if there are changes; 2 with -detailed-exitcode if there are changes; 3 "
    "with --no-deletes if something would be destroyed or replaced."
)
DRIFT_CODES: Final = "Exit codes: 0, no drift; 2, drift; 1, an error."

Json = Annotated[bool, typer.Option("--json", help="Print the page as JSON.")]
Markdown = Annotated[bool, typer.Option("--markdown", help="Print the page as Markdown.")]
Quiet = Annotated[
    bool, typer.Option("--quiet", help="Write Terraform's own text to a file, plan.log.")
]


@command(epilog=f"{PLAN_CODES} {PASSED_ON}")
def plan(
    context: typer.Context,
    environment: Environment,
    stack: OneStack = None,
    json: Json = False,
    markdown: Markdown = False,
    quiet: Quiet = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the plans, in which secrets can be read.")
    ] = None,
    no_deletes: Annotated[
        bool,
        typer.Option("--no-deletes", help="End with 3 if something is destroyed or replaced."),
    ] = False,
) -> None:
    """Plans the stacks in order; then prints one page of all plans."""
    options = Options(form(json=json, markdown=markdown), quiet, out, no_deletes)
    raise typer.Exit(plan_page(environment, run_of(context, environment, stack), options))


@command(epilog=f"{DRIFT_CODES} {PASSED_ON}")
def drift(
    context: typer.Context,
    environment: Environment,
    stack: OneStack = None,
    json: Json = False,
    markdown: Markdown = False,
    quiet: Quiet = False,
) -> None:
    """Finds what was changed outside Terraform; changes nothing."""
    options = Options(form(json=json, markdown=markdown), quiet)
    raise typer.Exit(drift_page(run_of(context, environment, stack), options))
