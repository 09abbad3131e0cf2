"""The commands `plan` and `drift`: Terraform's plans, and one page of them at the end."""

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, assert_never

from config.reading.written import WrittenSettings
from rules.load import written_settings
from runner.errors import RunnerError
from runner.manifest import by_environment
from runner.plan_page import document, markdown, terminal, words
from runner.plan_page.model import StackPage
from runner.plan_page.recording import Recording
from runner.plan_page.settings import with_settings
from runner.regions.steps import steps
from runner.side_by_side.steps import carry_out
from runner.stages import Run
from runner.tables import console

Form = Literal["text", "json", "markdown"]

DELETES: Final = 3
"""Exit code of `plan --no-deletes` if something would be destroyed or replaced."""

DRIFT: Final = 2
"""Exit code of `drift` if something was changed outside Terraform."""

_LOG: Final = "plan.log"

_REFRESH_ONLY: Final = "-refresh-only"

_ENDED: Final = "the run ended before"


@dataclass(frozen=True)
class Options:
    """What the page looks like, and what ends the command with an error.

    Attributes:
        form: text, or JSON or Markdown, for which Terraform's own text goes to standard error.
        quiet: Terraform's own text goes to a file in the output folder.
        keep: a folder for the plans; None deletes them.
        no_deletes: something that is destroyed or replaced is an error.
    """

    form: Form = "text"
    quiet: bool = False
    keep: Path | None = None
    no_deletes: bool = False


def form(*, json: bool, markdown: bool) -> Form:
    """The form that two options choose.

    Raises:
        RunnerError: both.
    """
    if json and markdown:
        raise RunnerError("--json and --markdown exclude each other.", 2)
    return "json" if json else "markdown" if markdown else "text"


def plan_page(environment: str, run: Run, options: Options) -> int:
    """Plans the stacks and prints one page of all plans.

    If the run fails, the page of what was planned before is printed too.

    Args:
        environment: the name or the path of the environment's file.

    Returns:
        0; 2 with `-detailed-exitcode` if there are changes; 3 with `no_deletes` if something would
        be destroyed or replaced.

    Raises:
        RunnerError: as the run does.
    """
    folder = _private(options.keep)
    with _recorded(run, options, folder) as (code, planned, error):
        written = written_settings([environment])
        pages = [_explained(page, run, written) for page in planned]
        title = f"Plan of {_names(run)}"
        match options.form:
            case "json":
                print(document.plan_json(title, pages))
            case "markdown":
                print(markdown.plan_markdown(title, pages))
            case "text":
                _print(terminal.plan_lines(title, pages))
            case other:
                assert_never(other)
    if error is not None:
        raise error
    return _checked(pages, code, no_deletes=options.no_deletes)


def drift_page(run: Run, options: Options) -> int:
    """Compares what the states say with what there is, and prints one page of the differences.

    Nothing is changed, in AWS or in a state.

    Returns:
        0, or 2 if something was changed outside Terraform.

    Raises:
        RunnerError: as the run does.
    """
    refresh = replace(run, extra=(_REFRESH_ONLY, *run.extra))
    with _recorded(refresh, options, None) as (_, pages, error):
        title = f"Drift of {_names(run)}"
        match options.form:
            case "json":
                print(document.drift_json(title, pages))
            case "markdown":
                print(markdown.drift_markdown(title, pages))
            case "text":
                _print(terminal.drift_lines(title, pages))
            case other:
                assert_never(other)
    if error is not None:
        raise error
    unknown = [page for page in pages if page.status != "planned" and page.has_resources]
    if unknown:
        raise RunnerError(
            "\n".join(f"{each.name} was not compared: {each.note}" for each in unknown)
        )
    return DRIFT if any(page.outside for page in pages) else 0


@contextmanager
def _recorded(
    run: Run, options: Options, keep: Path | None
) -> Iterator[tuple[int, list[StackPage], RunnerError | None]]:
    """Runs the plans; yields their exit code, their pages, and why the run ended early."""
    with tempfile.TemporaryDirectory(prefix="eks-platform-page-") as name:
        recording = Recording(Path(name), keep)
        code, error = 0, None
        with _terraforms_text(run, options):
            try:
                code = carry_out("plan", steps(replace(run, recording=recording)))
            except RunnerError as raised:
                error = raised
        stacks = [each for each in run.stacks if run.only in {None, each.short_name, each.name}]
        pages = [
            recording.read(each) or StackPage(each.name, "not planned", _ENDED) for each in stacks
        ]
        if error is not None and all(page.note == _ENDED for page in pages):
            raise error  # before the first plan: the page would say nothing
        yield code, pages, error


@contextmanager
def _terraforms_text(run: Run, options: Options) -> Iterator[None]:
    """Leads what Terraform and the run print to where the page is not.

    Programs that are started print to the file descriptor, so that it is what is led elsewhere.
    """
    if options.quiet:
        file = run.stacks[0].directory.parent.parent / _LOG
        print(f"Terraform's own text goes to {file}.", file=sys.stderr, flush=True)
        target = os.open(file, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    elif options.form != "text":
        target = os.dup(2)
    else:
        yield
        return
    sys.stdout.flush()
    before = os.dup(1)
    os.dup2(target, 1)
    try:
        # What this process prints may go to another file than that of the descriptor.
        with os.fdopen(target, "w") as own, redirect_stdout(own):
            yield
    finally:
        os.dup2(before, 1)
        os.close(before)


def _private(folder: Path | None) -> Path | None:
    """Makes a folder for plans, which hold secrets, that only its owner can read."""
    if folder is None:
        return None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder.resolve()


def _explained(page: StackPage, run: Run, written: dict[str, WrittenSettings]) -> StackPage:
    environment = next(each.environment for each in run.stacks if each.name == page.name)
    found = written.get(environment)
    return with_settings(page, found) if found else page


def _checked(pages: Sequence[StackPage], code: int, *, no_deletes: bool) -> int:
    found = words.deleting(pages) if no_deletes else []
    if found:
        print("--no-deletes: this plan destroys or replaces:", file=sys.stderr)
        for each in found:
            print(f"  {each}", file=sys.stderr)
        return DELETES
    return code


def _names(run: Run) -> str:
    return ", ".join(by_environment(run.stacks))


def _print(lines: Iterator[terminal.Line]) -> None:
    terminal.print_lines(lines, console())
