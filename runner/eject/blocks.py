"""Writes blocks of Terraform JSON as blocks of HCL, as `terraform fmt` does."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from runner.eject.expressions import Lines, aligned, indented, value
from runner.eject.schemas import Blocks, are_objects

DOCUMENTS: Final = frozenset(
    {
        ("aws_cloudwatch_event_rule", "event_pattern"),
        ("aws_efs_file_system_policy", "policy"),
        ("aws_iam_policy", "policy"),
        ("aws_iam_role", "assume_role_policy"),
        ("aws_iam_role_policy", "policy"),
        ("aws_kms_key", "policy"),
        ("aws_kms_replica_key", "policy"),
        ("aws_s3_bucket_policy", "policy"),
        ("aws_sns_topic_policy", "policy"),
        ("aws_sqs_queue", "policy"),
    }
)
"""Attributes whose JSON the AWS provider compares as a document: spacing and order are free."""

_COMMENT: Final = "//"
_FIRST: Final = ("provider", "count", "for_each")
_LAST: Final = ("depends_on",)
_META: Final = frozenset({_COMMENT, *_FIRST, "lifecycle", *_LAST})
_REFERENCES: Final = frozenset(
    {"depends_on", "from", "ignore_changes", "provider", "replace_triggered_by", "to"}
)
"""Meta-arguments whose strings are references, not text."""

Replace = Callable[[str, Lines], Lines]
"""Gives what stands for an attribute of a name: its expression, or a local that has it."""


def block(header: str, body: Lines) -> Lines:
    """A block with its header, for example `resource "aws_vpc" "vpc"`."""
    return [f"{header} {{", *indented(body), "}"] if body else [f"{header} {{}}"]


def separated(groups: Iterable[Lines]) -> Lines:
    """Groups of lines with an empty line between them."""
    found: Lines = []
    for group in groups:
        if group:
            found += ["", *group] if found else group
    return found


def body_of(
    settings: Mapping[str, Any],
    schema: Blocks | None,
    type_: str = "",
    replace: Replace = lambda _, lines: lines,
) -> Lines:
    """The settings of a resource, a data source or a provider.

    Args:
        settings: Terraform JSON.
        schema: its blocks; None where no bindings tell, and then lists of objects are blocks.
        type_: the resource type, whose documents are known.
        replace: gives what stands for an attribute.
    """
    own = {name: each for name, each in settings.items() if name not in _META}
    return separated(
        [
            aligned(_meta(name, settings[name]) for name in _FIRST if name in settings),
            *_settings(own, schema, type_, replace),
            *(
                block("lifecycle", meta_body(each))
                for each in listed(settings.get("lifecycle", []))
            ),
            aligned(_meta(name, settings[name]) for name in _LAST if settings.get(name)),
        ]
    )


def grouped(attributes: Iterable[tuple[str, Lines]]) -> list[Lines]:
    """Single lines as one group, and each attribute with several lines as its own."""
    entries = list(attributes)
    short = aligned(entry for entry in entries if len(entry[1]) == 1)
    return [short, *(aligned([entry]) for entry in entries if len(entry[1]) > 1)]


def _settings(
    given: Mapping[str, Any], schema: Blocks | None, type_: str, replace: Replace
) -> list[Lines]:
    """Attributes, and then blocks."""
    blocks = [name for name, each in given.items() if _is_block(name, each, schema)]
    return [
        *grouped(
            (name, replace(name, value(each, document=(type_, name) in DOCUMENTS)))
            for name, each in given.items()
            if name not in blocks
        ),
        *(
            block(name, separated(_settings(each, schema and schema.inner(name), "", replace)))
            for name in blocks
            for each in listed(given[name])
        ),
    ]


def attributes(given: Mapping[str, Any]) -> Lines:
    """Settings none of which is a block, such as those of a backend or an output."""
    return separated(grouped((name, value(each)) for name, each in given.items()))


def meta_body(settings: Mapping[str, Any]) -> Lines:
    """The settings of a block of Terraform's own, such as `lifecycle`, `removed` or `check`.

    Lists of objects in it are blocks, as is an object.
    """
    given = {name: each for name, each in settings.items() if name != _COMMENT}
    blocks = [name for name, each in given.items() if isinstance(each, dict) or are_objects(each)]
    return separated(
        [
            *grouped(_meta(name, each) for name, each in given.items() if name not in blocks),
            *(block(name, meta_body(each)) for name in blocks for each in listed(given[name])),
        ]
    )


def listed(given: Any) -> Sequence[Any]:
    """Blocks of one name, which JSON has as a list, or as an object where there is one."""
    return given if isinstance(given, list) else [given]


def _is_block(name: str, given: Any, schema: Blocks | None) -> bool:
    return are_objects(given) if schema is None else schema.has(name, given)


def _meta(name: str, given: Any) -> tuple[str, Lines]:
    if name not in _REFERENCES:
        return name, value(given)
    if isinstance(given, str):
        return name, [given]
    if len(given) == 1:
        return name, [f"[{given[0]}]"]
    return name, ["[", *indented(f"{each}," for each in given), "]"]
