"""Findings that are kept on purpose: few, each with a reason, none out of date."""

from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Annotated, Final

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from tools.security.finding import Finding, Scanner

FILE: Final = Path(__file__).with_name("suppressions.yaml")

MAXIMUM: Final = 5
"""How many decisions may stand against the scanners, all taken together."""

Pattern = Annotated[str, Field(pattern=r"^[a-z0-9*-]+/(aws|helm|kubernetes)_\w+\.[\w*]*\w[\w*]*$")]
"""Stack and address. The type is written out, and the name is never `*` alone."""

Ids = Annotated[
    tuple[Annotated[str, Field(pattern=r"^[A-Za-z]+[A-Za-z0-9_-]+$")], ...],
    BeforeValidator(lambda given: (given,) if isinstance(given, str) else given),
    Field(min_length=1),
]
"""One id, or several for one decision."""


class Suppression(BaseModel):
    """One decision to keep what scanners find.

    Attributes:
        checks: the ids by which the scanners ask about it.
        resources: which resources may have the finding, as `<stack>/<address>` with `*`.
        reason: why it is right as it is, in words that a reviewer can check.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    checks: Annotated[dict[Scanner, Ids], Field(min_length=1)]
    resources: Annotated[tuple[Pattern, ...], Field(min_length=1)]
    reason: Annotated[str, Field(min_length=80)]

    @property
    def name(self) -> str:
        """The ids, for messages."""
        return ", ".join(id_ for ids in self.checks.values() for id_ in ids)

    def covers(self, finding: Finding) -> bool:
        """Whether it is about a finding."""
        return finding.id in self.checks.get(finding.scanner, ()) and any(
            fnmatchcase(finding.where, pattern) for pattern in self.resources
        )


def read(path: Path = FILE) -> tuple[Suppression, ...]:
    """Reads the suppressions.

    Raises:
        pydantic.ValidationError: there are more than `MAXIMUM`, or one is malformed.
    """
    form = Annotated[tuple[Suppression, ...], Field(max_length=MAXIMUM)]
    return TypeAdapter(form).validate_python(yaml.safe_load(path.read_text()))


@cache
def current() -> tuple[Suppression, ...]:
    """The project's suppressions."""
    return read()


def unsuppressed(
    findings: Iterable[Finding], suppressions: Collection[Suppression]
) -> list[Finding]:
    """The findings that no suppression covers, sorted."""
    return sorted(f for f in findings if not any(s.covers(f) for s in suppressions))


def unused(
    findings: Collection[Finding], suppressions: Iterable[Suppression], stacks: Collection[str]
) -> list[str]:
    """Says what of the suppressions is out of date.

    Every pattern has to match a finding in each stack that it names, and every id has to be
    found somewhere, if all stacks that a suppression names were scanned.
    """
    problems: list[str] = []
    for suppression in suppressions:
        covered = [f for f in findings if suppression.covers(f)]
        for pattern in suppression.resources:
            problems += [
                f"{suppression.name}: {pattern} finds nothing in {stack}"
                for stack in stacks
                if fnmatchcase(stack, pattern.partition("/")[0])
                and not any(f.stack == stack and fnmatchcase(f.where, pattern) for f in covered)
            ]
        named = [p.partition("/")[0] for p in suppression.resources]
        if all(any(fnmatchcase(stack, name) for stack in stacks) for name in named):
            problems += [
                f"{suppression.name}: {id_} finds nothing"
                for scanner, ids in suppression.checks.items()
                for id_ in ids
                if not any((f.scanner, f.id) == (scanner, id_) for f in covered)
            ]
    return problems
