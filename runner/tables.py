"""Prints tables that fit any width without a name that is cut or broken."""

import os
import sys
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

UNLIMITED: Final = 1000
"""Columns; wider than any table."""

FOLDED: Final = 20
"""Columns; as narrow as a column of long identifiers becomes before a row becomes a sentence."""


def console() -> Console:
    """The console of this program's tables; what is no terminal, a file for example, is endless."""
    limited = sys.stdout.isatty() or "COLUMNS" in os.environ
    return Console(highlight=False, width=None if limited else UNLIMITED)


def print_table(table: Table, console: Console) -> None:
    """Prints a table.

    A line is under the headings, and none between columns. Where the console is too narrow, cells
    are wrapped between words; where it is too narrow for its longest words, rows become sentences.

    Args:
        table: cells are text, or texts with markup. Its columns' widths are set. In a column with
            the overflow `fold`, words may be broken: for identifiers such as ARNs.
    """
    cells = [[_text(cell, console) for cell in column.cells] for column in table.columns]
    headings = [_text(column.header, console) for column in table.columns]
    both = [[heading, *own] for heading, own in zip(headings, cells, strict=True)]
    most = [max(line.cell_len for text in own for line in text.split() or [text]) for own in both]
    least = [
        min(
            max(_longest_word(text) for text in own),
            FOLDED if column.overflow == "fold" else widest,
        )
        for own, widest, column in zip(both, most, table.columns, strict=True)
    ]
    table.box, table.show_edge, table.pad_edge = box.SIMPLE_HEAD, False, False
    table.collapse_padding = True
    room = console.width - (_width(table, console) - sum(most))
    if sum(least) > room:
        _print_sentences(table, headings, cells, console)
        return
    for column, width in zip(table.columns, _widths(least, most, room), strict=True):
        column.width = width
    table.title_justify = "left"
    console.print(table)


def _widths(least: list[int], most: list[int], room: int) -> list[int]:
    """Widths of the columns: what each needs at least, and a share of the rest."""
    widths = list(least)
    for _ in range(min(room, sum(most)) - sum(least)):
        wanting = max(range(len(widths)), key=lambda each: most[each] - widths[each])
        widths[wanting] += 1
    return widths


def _print_sentences(
    table: Table, headings: list[Text], cells: list[list[Text]], console: Console
) -> None:
    if table.title:
        console.print(table.title, style="table.title")
    for row in zip(*cells, strict=True):
        line = Text("- ").append_text(row[0])
        said = (
            Text.assemble(", " if index else ": ", " ".join(heading.plain.split()), " ", cell)
            for index, (heading, cell) in enumerate(
                pair for pair in zip(headings[1:], row[1:], strict=True) if pair[1].plain
            )
        )
        for text in said:
            line.append_text(text)
        console.print(Text(" ").join(line.split()))


def _text(cell: object, console: Console) -> Text:
    return console.render_str(cell) if isinstance(cell, str) else Text(str(cell))


def _longest_word(text: Text) -> int:
    return max((Text(word).cell_len for word in text.plain.split()), default=0)


def _width(table: Table, console: Console) -> int:
    return console.measure(table, options=console.options.update(max_width=UNLIMITED)).maximum
