"""Prints what IAM roles must hold that others make: `identity.roles`."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from config.derived.given_roles import OPTION, without_given_roles
from config.environment import Environment
from modules.addons.catalog import service_account_roles
from modules.cluster.role_names import eks_service_account_roles
from modules.karpenter.names import KarpenterNames
from rules.load import load
from runner.manifest import Stack
from runner.synth import synthesize

_RESOURCE: Final = re.compile(r"\$\{aws_iam_(?:role|policy)\.(\w+)\.\w+}")

_OWN: Final = (
    ("cluster", "cluster_role"),
    ("nodes", "node_role"),
    ("nodes", "auto_node_role"),
    ("karpenter", "karpenter_controller"),
)
"""The roles of the cluster stack by their key: one role of nodes has what both need. In EKS Auto
Mode the nodes have another one."""


@dataclass(frozen=True)
class RoleNeeds:
    """What a role must hold.

    Attributes:
        key: its key in `identity.roles`, with `addons.` before the name of an add-on.
        given: its ARN, if others made it.
        trust: its trust policy.
        managed_policies: ARNs of AWS managed policies.
        policies: further policies, by their names.
    """

    key: str
    given: str | None
    trust: Any
    managed_policies: list[str]
    policies: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """As it is printed."""
        return {
            "given": self.given,
            "trust_policy": self.trust,
            "managed_policies": self.managed_policies,
            "policies": self.policies,
        }


def print_roles(environment: str, say: Callable[[str], None]) -> None:
    """Prints the roles of an environment as JSON, by their keys in `identity.roles`.

    Args:
        environment: a name, or the path of a file; with regions, one document for each.

    Raises:
        RunnerError: the synthesis failed and has printed the reason.
    """
    with TemporaryDirectory() as folder:
        stacks = synthesize(environment, outdir=Path(folder), options=[OPTION])
        for loaded in load([environment]):
            needed = {each.key: each.as_json() for each in needed_roles(loaded, stacks)}
            say(json.dumps(needed, indent=2))


def needed_roles(environment: Environment, stacks: Sequence[Stack]) -> list[RoleNeeds]:
    """What each role must hold that can be given: what the stacks would make.

    Values that are known after an apply are references of Terraform, `${...}`.

    Args:
        environment: the environment, whose given roles are named in the result.
        stacks: stacks that were synthesized without given roles.
    """
    given = environment.identity.roles
    own = [each for each in stacks if each.environment == environment.name]
    resources = {kind: _resources(own, kind) for kind in _KINDS}
    passed = _passed_role(environment)
    names = [*eks_service_account_roles(environment), *service_account_roles(environment)]
    wanted = [
        *((key, id_, getattr(given, key)) for key, id_ in _OWN),
        *((f"addons.{n}", f"{n.replace('-', '_')}_role", given.addons.get(n)) for n in names),
    ]
    return [
        _needs(key, arn, id_, resources, passed)
        for key, id_, arn in wanted
        if id_ in resources["aws_iam_role"]
    ]


_KINDS: Final = (
    "aws_iam_role",
    "aws_iam_policy",
    "aws_iam_role_policy",
    "aws_iam_role_policy_attachment",
)

_Resources = Mapping[str, Mapping[str, dict[str, Any]]]


def _resources(stacks: Sequence[Stack], kind: str) -> dict[str, dict[str, Any]]:
    return {
        id_: body
        for stack in stacks
        for id_, body in stack.document.get("resource", {}).get(kind, {}).items()
    }


def _passed_role(environment: Environment) -> tuple[str, str]:
    """The ARN of Karpenter's nodes' role as the stacks would make it, and as it is.

    The controller passes the role to its machines.
    """
    (without,) = without_given_roles([environment])
    made, used = (KarpenterNames.of(each, each.cluster_name) for each in (without, environment))
    return made.node_role_arn, used.node_role_arn


def _needs(
    key: str, given: str | None, id_: str, resources: _Resources, passed: tuple[str, str]
) -> RoleNeeds:
    managed: list[str] = []
    policies: dict[str, Any] = {}
    for each in _of(id_, resources["aws_iam_role_policy_attachment"]):
        found = _RESOURCE.fullmatch(each["policy_arn"])
        if found is None:
            managed.append(each["policy_arn"])
        else:
            policy = resources["aws_iam_policy"][found[1]]
            policies[policy["name"]] = json.loads(policy["policy"].replace(*passed))
    for each in _of(id_, resources["aws_iam_role_policy"]):
        policies[each["name"]] = json.loads(each["policy"])
    trust = json.loads(resources["aws_iam_role"][id_]["assume_role_policy"])
    return RoleNeeds(key, given, trust, managed, policies)


def _of(id_: str, attached: Mapping[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for each in attached.values():
        found = _RESOURCE.fullmatch(each["role"])
        if found is not None and found[1] == id_:
            yield each
