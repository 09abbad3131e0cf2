"""Texts that others read: time zones and regular expressions."""

from zoneinfo import available_timezones

import pytest

from config.types.re2 import problem
from config.types.time_zones import time_zones


def test_time_zones_are_those_of_the_database() -> None:
    known = available_timezones()
    if not known:
        pytest.skip("this machine has no time zone database")
    assert time_zones() - known == set()
    assert {"UTC", "Europe/Dublin", "America/Argentina/Buenos_Aires", "Etc/GMT+3"} <= time_zones()


@pytest.mark.parametrize(
    "pattern",
    [
        r"^https://github\.com/example/.*/release\.yaml@refs/tags/",
        r"(?P<name>a)(?i:b)",
        r"[[:alpha:]]+\z",
        r"\pL\p{Greek}\P{^Latin}",
        r"\Q(((\E",
        r"(?U)a+",
        r"a(?i)b(?-i)c(?sU:d)",
        r"(?<name>a)\x{10FFFF}",
        r"[(?=]\(\?=",
        r"\\1",
        "",
    ],
)
def test_what_go_understands_is_accepted(pattern: str) -> None:
    assert problem(pattern) == ""


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("((", "is no regular expression: "),
        ("a{2,1}", "is no regular expression: "),
        ("[b-a]", "is no regular expression: "),
        ("a(?!b)", "looks ahead"),
        ("(?<=a)b", "looks behind"),
        (r"(a)\1", "refers back to a group"),
        ("(?P<a>b)(?P=a)", "refers back to a group"),
        ("a++", "repeats without giving back"),
        ("(?>a)", "makes a group atomic"),
    ],
)
def test_what_go_does_not_understand_is_named(pattern: str, found: str) -> None:
    assert problem(pattern).startswith(found)
