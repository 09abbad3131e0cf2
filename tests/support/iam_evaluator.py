"""Whether IAM policies allow something: the part of IAM's evaluation that the policies here use."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

Values = str | Sequence[str]


@dataclass(frozen=True)
class Check:
    """One action on one resource, with the context of the request.

    Attributes:
        action: `service:Action`.
        resource: the ARN; `*` where the action knows none.
        context: the request's condition keys in lower case.
    """

    action: str
    resource: str
    context: Mapping[str, Values] = field(default_factory=dict[str, Values], compare=False)

    def __str__(self) -> str:
        return f"{self.action} on {self.resource} with {dict(self.context)}"


class UnknownElementError(Exception):
    """A policy has an element or a condition that the evaluator does not know."""


def allowed(documents: Iterable[str], check: Check) -> bool:
    """Whether a statement allows it, and none denies it.

    Raises:
        UnknownElementError: a policy has an element or a condition that is not known here.
    """
    effects = {
        statement["Effect"]
        for text in documents
        for statement in json.loads(text)["Statement"]
        if _applies(statement, check)
    }
    return effects == {"Allow"}


def _applies(statement: Mapping[str, Any], check: Check) -> bool:
    if unknown := set(statement) - {"Sid", "Effect", "Action", "Resource", "Condition"}:
        raise UnknownElementError(f"elements {sorted(unknown)}")
    return (
        _matches(check.action.lower(), [each.lower() for each in _list(statement["Action"])])
        and _matches(check.resource, _list(statement["Resource"]))
        and all(
            _holds(operator, key.lower(), _list(values), check.context)
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
    )


def _holds(operator: str, key: str, values: list[str], context: Mapping[str, Values]) -> bool:
    found = context.get(key)
    if operator == "Null":
        return (found is None) == (values == ["true"])
    if operator == "BoolIfExists":
        return found is None or found in values
    quantifier, _, test = operator.rpartition(":")
    match test:
        case "StringEquals":
            matches = _equals
        case "StringLike" | "ArnEquals" | "ArnLike":
            matches = _matches
        case _:
            raise UnknownElementError(f"condition {operator}")
    if quantifier == "ForAllValues":
        return all(matches(each, values) for each in _list(found or []))
    if quantifier == "ForAnyValue":
        return any(matches(each, values) for each in _list(found or []))
    return isinstance(found, str) and matches(found, values)


def _equals(value: str, values: Sequence[str]) -> bool:
    return value in values


def _matches(value: str, patterns: Sequence[str]) -> bool:
    return any(_pattern(each).fullmatch(value) for each in patterns)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    parts = (".*" if each == "*" else "." if each == "?" else re.escape(each) for each in text)
    return re.compile("".join(parts), re.DOTALL)


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
