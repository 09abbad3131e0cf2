"""Arguments that several commands have."""

from collections.abc import Iterator
from typing import Annotated

import typer

from rules.load import ENVIRONMENTS, EXAMPLES
from runner.init.use_cases import use_cases


def names(incomplete: str) -> Iterator[str]:
    """The names of environments that begin with a text, the user's own first."""
    for folder in (ENVIRONMENTS, EXAMPLES):
        for path in sorted(folder.glob("*.yaml")):
            if path.stem.startswith(incomplete):
                yield path.stem


def use_case_names(incomplete: str) -> Iterator[str]:
    """The names of use cases that begin with a text."""
    return (name for name in use_cases() if name.startswith(incomplete))


Environment = Annotated[
    str,
    typer.Argument(
        help="Name of an environment, or path of its file.",
        autocompletion=names,
        show_default=False,
    ),
]
OneStack = Annotated[
    str | None, typer.Argument(help="One stack, for example network.", show_default="all")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask for approval.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
