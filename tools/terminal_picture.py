r"""Draws pictures of the terminal from what programs printed: docs/images/*.svg.

Each picture is of a real run, whose output is read from standard input:

    FORCE_COLOR=1 eks-platform bill dev \
        | python -m tools.terminal_picture bill --command "make bill ENV=dev" --lines 118:131
"""

import argparse
import sys
from io import StringIO
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

FOLDER: Final = Path(__file__).resolve().parents[1] / "docs" / "images"

_FORMAT: Final = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" role="img"
     xmlns="http://www.w3.org/2000/svg">
    <style>
    .{unique_id}-matrix {{
        font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
        font-size: {char_height}px;
        line-height: {line_height}px;
    }}
    .{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
    {styles}
    </style>
    <defs>
    <clipPath id="{unique_id}-clip-terminal">
      <rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
    </clipPath>
    {lines}
    </defs>
    {chrome}
    <g transform="translate({terminal_x}, {terminal_y})"
       clip-path="url(#{unique_id}-clip-terminal)">
    {backgrounds}
    <g class="{unique_id}-matrix">
    {matrix}
    </g>
    </g>
</svg>
"""
"""Rich's own format without fonts of another host."""


def main() -> None:
    """Reads the output, and writes the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="name of the file, without .svg")
    parser.add_argument("--command", required=True, help="what was typed, the picture's title")
    parser.add_argument("--width", type=int, default=100, help="columns")
    parser.add_argument("--lines", default=":", help="the lines to show, as in a slice of Python")
    arguments = parser.parse_args()
    first, _, last = arguments.lines.partition(":")
    lines = sys.stdin.read().rstrip("\n").split("\n")
    shown = lines[int(first or 0) : int(last) if last else None]
    console = Console(record=True, width=arguments.width, file=StringIO(), force_terminal=True)
    console.print(Text(f"$ {arguments.command}", style="bold"))
    console.print(Text.from_ansi("\n".join(shown)))
    picture = console.export_svg(
        title=arguments.command,
        theme=DIMMED_MONOKAI,
        code_format=_FORMAT,
        unique_id=f"terminal-{arguments.name}",
    )
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{arguments.name}.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
