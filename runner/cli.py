"""The command line of `eks-platform`, which `python -m runner` runs too."""

import sys
from itertools import takewhile
from typing import Annotated, Final, NoReturn

import typer
from botocore.exceptions import BotoCoreError, ClientError

from rules.load import ConfigError
from runner.commands import day_two, deploy, inspect, plans, start
from runner.commands.words import EXIT_CODES, FOR_TERRAFORM, HELP, PROGRAM
from runner.errors import RunnerError
from runner.version import project_version

app: Final = typer.Typer(
    help=HELP,
    epilog=EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"{PROGRAM} {project_version()}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Print the project's version, and end.",
            is_eager=True,
            callback=lambda wanted: _print_version(wanted=wanted),
        ),
    ] = False,
) -> None: ...


for group in (start, plans, deploy, inspect, day_two):
    app.add_typer(group.app)


def main(arguments: list[str]) -> NoReturn:
    """Runs a command; if Terraform fails, exits with Terraform's exit code.

    Arguments after the first `--`, and from the first one with a single dash, are for terraform.
    The program's own options have two dashes, but for `-h`.
    """
    own = list(takewhile(lambda argument: not _is_for_terraform(argument), arguments))
    rest = arguments[len(own) :]
    extra = tuple(rest[1:] if rest[:1] == ["--"] else rest)
    try:
        if extra and own[:1] and own[0] not in FOR_TERRAFORM:
            raise RunnerError(f"`{own[0]}` takes no arguments for terraform: {' '.join(extra)}", 2)
        app(own, prog_name=PROGRAM, obj=extra)
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
    if argument == "-h":
        return False
    return argument == "--" or (argument.startswith("-") and not argument.startswith("--"))
