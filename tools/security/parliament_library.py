"""Wraps the parliament library so that its warnings are no errors."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

with warnings.catch_warnings():
    # parliament 1.6 leaves two files open as it is imported, compiles regular expressions with
    # invalid escapes, and finds its data through the deprecated pkg_resources.
    warnings.simplefilter("ignore")
    import parliament
    from parliament import enhance_finding, is_arn_match

SEVERITIES: Final = ("LOW", "MEDIUM", "HIGH", "CRITICAL")


@dataclass(frozen=True)
class Issue:
    """One finding of parliament.

    Attributes:
        id: for example RESOURCE_MISMATCH.
        severity: one of `SEVERITIES`.
        detail: a sentence or, for a RESOURCE_MISMATCH, actions with the ARNs that they need.
        statement: index of the statement; None for one about the whole document.
    """

    id: str
    severity: str
    detail: Any
    statement: int | None

    @property
    def is_serious(self) -> bool:
        """Whether it is of medium severity or above."""
        return SEVERITIES.index(self.severity) >= SEVERITIES.index("MEDIUM")


def analyze(text: str) -> list[Issue]:
    """Analyses one policy document.

    Returns:
        Everything that parliament finds, of any severity.
    """
    policy = parliament.analyze_policy_string(text, ignore_private_auditors=True)
    # The public `findings` mixes those of the document with those of its statements.
    by_statement: list[tuple[int | None, Sequence[Any]]] = [
        (None, policy._findings),
        *((index, statement.findings) for index, statement in enumerate(policy.statements)),
    ]
    return [
        Issue(found.issue, enhance_finding(found).severity, found.detail, index)
        for index, findings in by_statement
        for found in findings
    ]


def arn_matches(arn_format: str, arn: str) -> bool:
    """Whether an ARN of a policy can be one of a format that an action needs."""
    return is_arn_match("", arn_format, arn)


def only_reads_and_knows_no_resource(action: str) -> bool:
    """Whether AWS documents an action as one that reads, and that is about no resource.

    Such an action can be allowed on `*` only, and no policy could be narrower.

    Returns:
        False also for an action that parliament does not know.

    Source: the service authorization reference, of which parliament carries a copy.
    https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
    """
    prefix, name = action.split(":")
    # An action that behaves in two ways has two entries of the same name.
    privileges = [
        privilege
        for service in parliament.iam_definition
        if service["prefix"] == prefix
        for privilege in service["privileges"]
        if privilege["privilege"] == name
    ]
    levels = {privilege["access_level"] for privilege in privileges}
    types = {entry["resource_type"] for p in privileges for entry in p["resource_types"]}
    return privileges != [] and levels <= {"Read", "List"} and types <= {""}
