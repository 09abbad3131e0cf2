"""Tables fit any width, and no name in them is cut or broken."""

from io import StringIO
from itertools import pairwise

import pytest
from rich.console import Console
from rich.table import Table

from rules.load import EXAMPLES
from runner.tables import print_table
from support.command import command

ROWS = (
    ("aws-load-balancer-controller", "every node, and those of Karpenter", "0.100"),
    ("coredns", "system nodes", "12.500"),
)
HEADINGS = ("Add-on", "Runs where", "CPU of\neach")


def printed(width: int) -> str:
    table = Table(title="Pods of dev")
    for heading in HEADINGS:
        table.add_column(heading)
    for row in ROWS:
        table.add_row(*row)
    text = StringIO()
    print_table(table, Console(file=text, width=width, highlight=False))
    return text.getvalue()


def test_a_wide_terminal_shows_each_row_in_one_line() -> None:
    lines = printed(200).splitlines()
    assert lines[0].strip() == "Pods of dev"
    for row in ROWS:
        assert [line for line in lines if all(cell in line for cell in row)]


@pytest.mark.parametrize("width", [30, 45, 60, 80, 200])
def test_no_line_is_longer_than_the_terminal_and_no_word_is_broken(width: int) -> None:
    text = printed(width)
    assert max(map(len, text.splitlines())) <= width
    words = text.replace(",", " ").replace("│", " ").replace(":", " ").split()
    # A sentence has no heading for what it begins with.
    for cell in (*HEADINGS[1:], *(cell for row in ROWS for cell in row)):
        for word in cell.replace(",", " ").split():
            assert word in words


def test_a_narrow_terminal_shows_each_row_as_a_sentence() -> None:
    lines = " ".join(printed(34).split())
    assert "- coredns: Runs where system nodes, CPU of each 12.500" in lines
    assert "│" not in lines


@pytest.mark.parametrize("width", ["60", "80", "200"])
@pytest.mark.parametrize("name", ["ip-plan", "capacity"])
def test_the_commands_fit(
    name: str, width: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    done = command(capsys, name, str(EXAMPLES / "full.yaml"))
    assert max(map(len, done.stdout.splitlines())) <= int(width)


def test_what_is_no_terminal_has_no_width(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    lines = command(capsys, "capacity", str(EXAMPLES / "full.yaml")).stdout.splitlines()
    titles = [line for line in lines if line.startswith("Pods ")]
    assert titles
    table = lines[lines.index(titles[0]) :]
    assert all(len(one) == len(two) for one, two in pairwise(table[:20]))
