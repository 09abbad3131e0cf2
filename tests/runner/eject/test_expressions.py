"""Values of Terraform JSON as expressions of HCL."""

from typing import Any

import pytest

from runner.eject.expressions import key, value

POLICY = '{"Version":"2012-10-17","Statement":[{"Resource":"${aws_sqs_queue.orders.arn}/*"}]}'


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, "null"),
        (True, "true"),
        (-1, "-1"),
        (0.5, "0.5"),
        ([], "[]"),
        ({}, "{}"),
        (["a", 1], '["a", 1]'),
        ("plain", '"plain"'),
        ("", '""'),
        ("${aws_vpc.vpc.id}", "aws_vpc.vpc.id"),
        ('${lookup(local.a, "}")}', 'lookup(local.a, "}")'),
        ("${a.b}-${c.d}", '"${a.b}-${c.d}"'),
        ("$${aws:username}", '"$${aws:username}"'),
        ("%%{ not a directive }", '"%%{ not a directive }"'),
        ("$5 and 100%", '"$5 and 100%"'),
        ('say "no" \\ now', r'"say \"no\" \\ now"'),
        ('a "${f("x")}"', r'"a \"${f("x")}\""'),
        ("tab\tend\n", r'"tab\tend\n"'),
        ("\x1b[0m", r'"\u001b[0m"'),
    ],
)
def test_a_value_on_one_line(given: Any, expected: str) -> None:
    assert value(given) == [expected]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Name", "Name"),
        ("cost-center", "cost-center"),
        ("kubernetes.io/role/elb", '"kubernetes.io/role/elb"'),
        ("1", '"1"'),
        ("for", '"for"'),
        ("${local.key}", "(local.key)"),
        ("${local.issuer}:sub", '"${local.issuer}:sub"'),
    ],
)
def test_a_key(name: str, expected: str) -> None:
    assert key(name) == expected


def test_equals_signs_are_in_a_column_where_terraform_fmt_puts_them() -> None:
    given = {"a": 1, "long": 2, "list": ["x" * 90], "after": 3, "b": 4}
    assert value(given) == [
        "{",
        "  a    = 1",
        "  long = 2",
        "  list = [",
        f'    "{"x" * 90}",',
        "  ]",
        "  after = 3",
        "  b     = 4",
        "}",
    ]


def test_a_document_is_written_as_what_it_says() -> None:
    assert value(POLICY, document=True) == [
        "jsonencode({",
        '  Version = "2012-10-17"',
        "  Statement = [",
        "    {",
        '      Resource = "${aws_sqs_queue.orders.arn}/*"',
        "    },",
        "  ]",
        "})",
    ]


def test_json_whose_bytes_count_stays_text_unless_jsonencode_gives_the_same() -> None:
    assert value(POLICY)[0] == "chomp(<<-EOT"
    assert value('{"a":1,"b":"x"}') == ["jsonencode({", "  a = 1", '  b = "x"', "})"]


@pytest.mark.parametrize(
    "text",
    [
        '{"b":1,"a":1}',
        '{"a": 1}',
        '{"a":1.0}',
        '{"a":"<"}',
        '{"a":1,"a":2}',
        '{"a":${local.number}}',
        '{"a":"\\b"}',
        "[not json]",
        "{not json",
    ],
)
def test_what_jsonencode_would_change_stays_text(text: str) -> None:
    assert not value(text)[0].startswith("jsonencode")


def test_lines_are_a_heredoc_without_the_line_break_that_it_adds() -> None:
    assert value("{\n  ${a.b} $${c}\n}") == [
        "chomp(<<-EOT",
        "  {",
        "    ${a.b} $${c}",
        "  }",
        "EOT",
        ")",
    ]
    assert value("a\nb\n") == ["<<-EOT", "  a", "  b", "EOT"]


def test_a_heredoc_keeps_empty_lines_and_indentation_and_ends_where_it_should() -> None:
    assert value("  a\n\nEOT\n") == ["<<EOT_", "\0  a", "\0", "\0EOT", "\0EOT_"]


def test_a_template_that_does_not_end_is_an_error() -> None:
    with pytest.raises(ValueError, match="does not end"):
        value("${aws_vpc.vpc.id")
