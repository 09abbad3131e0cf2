"""Arguments that several commands have."""

from typing import Annotated

import typer

Environment = Annotated[str, typer.Argument(help="Name of an environment, or path of its file.")]
OneStack = Annotated[str | None, typer.Argument(help="One stack, for example network.")]
Yes = Annotated[bool, typer.Option("--yes", help="Apply without interactive approval.")]
