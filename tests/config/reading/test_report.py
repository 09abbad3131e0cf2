"""How a problem is written: one line, safe to print, with the parts that apply."""

from pathlib import Path

import pytest

from config.problem import MISSING, Problem
from config.reading.report import ConfigError, dotted, render
from config.reading.written import Located, Position, Verbatim


def line(problem: Problem, position: Position | None = None) -> str:
    return render(Located(position or Position(Path("dev.yaml"), 3, 7), problem))


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (Problem((), "is empty"), "dev.yaml:3:7: is empty"),
        (Problem(("a", "b"), "is wrong"), "dev.yaml:3:7: a.b: is wrong"),
        (
            Problem(("a", 0, "b"), "is wrong", "x", "y", "z"),
            'dev.yaml:3:7: a[0].b: is wrong ("x"); allowed y; did you mean z?',
        ),
        (Problem(("a",), "is wrong", suggestion="z"), "dev.yaml:3:7: a: is wrong; did you mean z?"),
        (Problem(("a",), "is wrong", None), "dev.yaml:3:7: a: is wrong (null)"),
        (Problem(("a",), "is wrong", True), "dev.yaml:3:7: a: is wrong (true)"),
        (Problem(("a",), "is wrong", Verbatim("0x1F")), "dev.yaml:3:7: a: is wrong (0x1F)"),
        (Problem(("a",), "is wrong", ["ü"]), 'dev.yaml:3:7: a: is wrong (["ü"])'),
        (Problem(("a",), "is wrong", 'say "no"'), 'dev.yaml:3:7: a: is wrong ("say \\"no\\"")'),
        (Problem(("a",), "is wrong", MISSING, "b"), "dev.yaml:3:7: a: is wrong; allowed b"),
    ],
)
def test_only_the_parts_that_apply_are_written(problem: Problem, expected: str) -> None:
    assert line(problem) == expected


@pytest.mark.parametrize(
    "text",
    ["\x1b[2J", "a\nb", "a\r", "\x85", "\u2028", "\u202eabc", "\u200b", "\ufeff", "\x9b31m", "\t"],
)
@pytest.mark.parametrize("part", ["key", "message", "text", "verbatim", "list", "more", "file"])
def test_nothing_in_a_file_reaches_the_terminal_raw(text: str, part: str) -> None:
    position = Position(Path(f"{text}.yaml" if part == "file" else "dev.yaml"), 1, 1)
    values = {"text": text, "verbatim": Verbatim(text), "list": [text, {text: text}]}
    path = (text, "x") if part == "key" else ("x",)
    more = text if part == "more" else ""
    message = f"is {text}" if part == "message" else "is wrong"

    assert line(Problem(path, message, values.get(part), more, more), position).isprintable()


def test_a_long_value_is_shortened() -> None:
    assert line(Problem(("a",), "is wrong", "x" * 1000)) == (
        f'dev.yaml:3:7: a: is wrong ("{"x" * 57}...")'
    )
    assert len(line(Problem(("a",), "is wrong", ["x"] * 1000))) < 100
    assert len(line(Problem(("k" * 1000,), "is wrong"))) < 100


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((), ""),
        (("network", "availability_zones", 1), "network.availability_zones[1]"),
        (("tags", "cost-center"), "tags.cost-center"),
        (("tags", "aws:team"), 'tags["aws:team"]'),
        (("a b",), '["a b"]'),
        (("tags", ""), 'tags[""]'),
        (("tags", "1"), 'tags["1"]'),
    ],
)
def test_paths(path: tuple[str | int, ...], expected: str) -> None:
    assert dotted(path) == expected


def test_lines_are_sorted_by_place_and_written_once() -> None:
    def at(file: str, number: int, column: int) -> Located:
        return Located(Position(Path(file), number, column), Problem((), f"{number}.{column}"))

    error = ConfigError(
        [at("b", 1, 1), at("a", 10, 1), at("a", 9, 12), at("a", 9, 3), at("b", 1, 1)]
    )

    assert str(error) == "a:9:3: 9.3\na:9:12: 9.12\na:10:1: 10.1\nb:1:1: 1.1"
    assert len(error.problems) == 4


def test_a_file_below_the_working_directory_is_relative_to_it() -> None:
    inside, outside = Path.cwd() / "envs" / "dev.yaml", Path.cwd().parent / "dev.yaml"

    assert line(Problem((), "x"), Position(inside, 1, 1)) == "envs/dev.yaml:1:1: x"
    assert line(Problem((), "x"), Position(outside, 1, 1)) == f"{outside}:1:1: x"
