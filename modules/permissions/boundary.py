"""The permissions boundary of the roles of an environment.

A user who may make roles could give one more permissions than the user has. The boundary ends
that: a pipeline makes roles with it only, and with any policy they may do no more than this.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from config.derived import limits, names
from config.environment import Environment
from modules.identity.policy import Statement, policy_document
from modules.permissions.policies import TAG

_FILE: Final = Path(__file__).with_name("boundary.yaml")


def boundary_name(environment: Environment) -> str:
    """Name of the policy that is the boundary."""
    return names.account_wide(environment, f"{environment.name}-boundary")


def boundary_arn(environment: Environment) -> str:
    """ARN of the boundary of every role: that of `identity`, else of that policy."""
    own = names.iam_arn(environment, "policy", boundary_name(environment))
    return environment.identity.permissions_boundary or own


def boundary(environment: Environment, stacks: Sequence[Mapping[str, Any]]) -> str:
    """The policy document of the boundary.

    Args:
        stacks: the Terraform JSON of the stacks whose roles have it.

    Raises:
        LimitError: it is longer than IAM allows.
    """
    rows = _rows()
    partition, account = environment.partition, environment.account
    statements = [
        Statement("Services", rows["everywhere"], ["*"]),
        Statement(
            "Keys",
            rows["keys"],
            [f"arn:{partition}:kms:*:{account}:key/*"],
            conditions={"StringEquals": {f"aws:ResourceTag/{TAG}": environment.name}},
        ),
        Statement(
            "Linked",
            rows["linked"],
            [f"arn:{partition}:iam::{account}:role/aws-service-role/*"],
        ),
        *_as_granted(stacks, rows["as_granted"]),
    ]
    return limits.checked_policy(boundary_name(environment), policy_document(*statements))


@cache
def _rows() -> dict[str, list[str]]:
    return yaml.safe_load(_FILE.read_text(encoding="utf-8"))


def _as_granted(
    stacks: Sequence[Mapping[str, Any]], services: Sequence[str]
) -> Iterator[Statement]:
    """What the policies of the roles allow with some services, as far as it is known at synth."""
    granted: dict[str, set[str]] = defaultdict(set)
    for statement in _statements(stacks):
        for action in _list(statement["Action"]):
            if action.partition(":")[0] in services:
                granted[action] |= set(_list(statement["Resource"]))
    together: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for action, resources in sorted(granted.items()):
        # Keys that have no tag of the environment are allowed one by one.
        unknown = "*" if action.startswith("kms:") else "${"
        known = sorted(arn for arn in resources if unknown not in arn and "${" not in arn)
        if known:
            together[tuple(known)].append(action)
    for index, (resources, actions) in enumerate(sorted(together.items()), start=1):
        yield Statement(f"Granted{index}", actions, resources)


def _statements(stacks: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for stack in stacks:
        resources = stack.get("resource", {})
        for type_ in ("aws_iam_role_policy", "aws_iam_policy"):
            for body in resources.get(type_, {}).values():
                for statement in json.loads(body["policy"])["Statement"]:
                    if statement["Effect"] == "Allow":
                        yield statement


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
