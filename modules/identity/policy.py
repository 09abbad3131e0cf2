"""IAM policy documents as typed data.

Statements have literal ARNs wherever names are known, so that a document can be read, measured and
analysed at synth.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

POLICY_VERSION: Final = "2012-10-17"

_WORD_START: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SEPARATORS: Final = re.compile(r"[^a-z0-9]+")

Condition = Mapping[str, Mapping[str, str | Sequence[str]]]
"""Operator, then condition key, then value or values."""


@dataclass(frozen=True)
class Statement:
    """One statement of an IAM policy.

    Attributes:
        sid: its id: letters and digits, unique in the document.
        actions: the actions, `service:Action`.
        resources: the ARNs; empty in a trust policy, which has none.
        principals: identifiers by type (AWS, Service, Federated, `*`); empty in an identity-based
            policy.
        conditions: operator, condition key and values.
        effect: Allow or Deny.
    """

    sid: str
    actions: Sequence[str]
    resources: Sequence[str] = ()
    principals: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    conditions: Condition = field(default_factory=dict[str, Mapping[str, str | Sequence[str]]])
    effect: Literal["Allow", "Deny"] = "Allow"


def policy_document(*statements: Statement) -> str:
    """Renders a policy document, with the same bytes for the same statements."""
    return json.dumps(
        {"Version": POLICY_VERSION, "Statement": [_render(s) for s in statements]},
        separators=(",", ":"),
    )


def service_trust(
    service: str, conditions: Condition | None = None, *, tag_session: bool = False
) -> str:
    """A trust policy for one AWS service.

    Args:
        service: the service principal, for example `ec2.amazonaws.com`.
        tag_session: whether the service may tag its sessions.
    """
    return policy_document(
        Statement(
            "Trust",
            ["sts:AssumeRole", "sts:TagSession"] if tag_session else ["sts:AssumeRole"],
            principals={"Service": [service]},
            conditions=conditions or {},
        )
    )


def _render(statement: Statement) -> dict[str, object]:
    rendered: dict[str, object] = {"Sid": statement.sid, "Effect": statement.effect}
    if statement.principals:
        everyone = statement.principals.get("*")
        rendered["Principal"] = "*" if everyone is not None else _plain(statement.principals)
    rendered["Action"] = _one_or_many(statement.actions)
    if statement.resources:
        rendered["Resource"] = _one_or_many(statement.resources)
    if statement.conditions:
        rendered["Condition"] = {
            operator: _plain(keys) for operator, keys in statement.conditions.items()
        }
    return rendered


def _plain(values: Mapping[str, str | Sequence[str]]) -> dict[str, object]:
    return {key: _one_or_many(value) for key, value in values.items()}


def _one_or_many(values: str | Sequence[str]) -> object:
    """A single value becomes a string, as AWS returns it."""
    if isinstance(values, str):
        return values
    return values[0] if len(values) == 1 else list(values)


def policy_key(arn: str) -> str:
    """The part of ids that names a policy: its name in snake case, without its path."""
    return snake_case(arn.rpartition("/")[2])


def snake_case(name: str) -> str:
    """Converts a name to snake case: AmazonEKSWorkerNodePolicy is amazon_eks_worker_node_policy."""
    return _SEPARATORS.sub("_", _WORD_START.sub("_", name).lower()).strip("_")
