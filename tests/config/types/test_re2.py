"""Regular expressions of Kyverno: what Go accepts, and nothing else."""

import pytest

from config.types.re2 import problem


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
        r"(?P<a>b)(?P<a>c)",
        r"[\d-z]",
        r"\QC\C\E\\C",
    ],
)
def test_what_go_supports_is_accepted(pattern: str) -> None:
    assert problem(pattern) == ""


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("((", "is not a valid regular expression: missing )"),
        ("a{2,1}", "is not a valid regular expression: invalid repetition size"),
        ("x{1001}", "is not a valid regular expression: invalid repetition size"),
        ("[b-a]", "is not a valid regular expression: invalid character class range"),
        (r"\x{110000}", "is not a valid regular expression: invalid escape sequence"),
        (r"\p{Nope}", "is not a valid regular expression: invalid character class range"),
        (r"\Z", "is not a valid regular expression: invalid escape sequence"),
        ("a(?!b)", "uses a lookahead"),
        ("(?<=a)b", "uses a lookbehind"),
        (r"(a)\1", "uses a backreference"),
        ("(?P<a>b)(?P=a)", "uses a backreference"),
        ("(?(1)a|b)", "uses a conditional group"),
        ("a++", "uses a possessive quantifier"),
        ("(?>a)", "uses an atomic group"),
        ("(?#a)", "uses a comment"),
        (r"a\C", r"uses \C"),
    ],
)
def test_what_go_does_not_support_is_refused(pattern: str, found: str) -> None:
    assert problem(pattern).startswith(found)
