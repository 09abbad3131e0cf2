"""Measures one synth with and without the lazy bindings, side by side: `python -m tools.bench`.

Each run is a fresh process. The variants alternate, so that whatever else the machine does meets
both alike. One run of each comes first and is not counted: it compiles modules and fills jsii's
package cache. The outputs of all runs are compared byte by byte.

Memory is that of Python and its Node.js children together at the highest moment, read from Linux's
/proc every 20 ms. "Peak memory" counts the pages of a program that runs twice (node does) once;
"Peak RSS, summed" is the plain sum of what `ps` shows.
"""

import argparse
import sys
from pathlib import Path

from rich.console import Console

from tools.bench._machine import describe
from tools.bench._run import ProgramError, Run, run
from tools.bench._table import table

_MAIN = Path(__file__).resolve().parent.parent / "main.py"


def main(arguments: list[str] | None = None) -> int:
    """Runs the comparison and prints it.

    Args:
        arguments: The command line, by default that of this process.

    Returns:
        The exit code: 0, or 1 if a run failed or the outputs differ.
    """
    options = _parser().parse_args(arguments)
    console = Console()
    runs: dict[bool, list[Run]] = {False: [], True: []}
    try:
        for number in range(options.runs + 1):
            name = f"run {number} of {options.runs}" if number else "warm-up"
            for lazy, done in runs.items():
                done.append(run(options.program.resolve(), [options.environment], lazy=lazy))
                variant = "lazy" if lazy else "as published"
                console.print(f"{name}, {variant}: {done[-1].seconds:.2f} s")
    except ProgramError as error:
        console.print(str(error), style="red", markup=False)
        return 1

    console.print(f"\n{options.program.name} {options.environment} on {describe()}")
    console.print(table(published=runs[False][1:], lazy=runs[True][1:]))
    differing = _differing_files([*runs[False], *runs[True]])
    if differing:
        console.print(f"The output differs in: {', '.join(differing)}", style="red", markup=False)
        return 1
    console.print(f"All {2 * options.runs + 2} runs wrote the same bytes.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.bench", description=(__doc__ or "").strip()
    )
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "environment", nargs="?", default="prod", help="what the program synthesizes (prod)"
    )
    parser.add_argument(
        "--runs", type=_at_least_one, default=5, help="counted runs of each variant (5)"
    )
    parser.add_argument(
        "--program",
        type=Path,
        default=_MAIN,
        help="a Python program that takes the environment as its argument (main.py)",
    )
    return parser


def _at_least_one(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _differing_files(runs: list[Run]) -> list[str]:
    first, *others = (set(run.output.items()) for run in runs)
    return sorted({path for other in others for path, _ in first ^ other})


if __name__ == "__main__":
    sys.exit(main())
