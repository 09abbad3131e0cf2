"""What is wrong, or unwise, with the AWS permissions of a service account."""

from collections.abc import Iterable, Iterator

from config.derived import limits
from config.derived.workloads import WorkloadRole
from config.environment import Environment
from config.permissions import Permissions, PolicyStatement
from config.problem import Path, Problem
from modules.identity.permissions import own_statements
from modules.identity.policy import policy_document, policy_key

EVERYTHING = frozenset({"*", "*:*"})


def missing_permissions(path: Path, permissions: Permissions) -> Iterator[Problem]:
    """Yields a problem where there are none at all.

    Args:
        path: path of the permissions.
    """
    if not (permissions.statements or permissions.policy_arns or permissions.target_role_arn):
        message = "gives no permissions"
        yield Problem(path, message, allowed="statements, policy_arns or target_role_arn")


def several_roles(roles: Iterable[WorkloadRole]) -> Iterator[Problem]:
    """Yields a problem for each role of a service account that has one already."""
    taken: dict[tuple[str, str], WorkloadRole] = {}
    for each in roles:
        account = (each.namespace, each.service_account)
        if account in taken:
            other = ".".join(map(str, taken[account].path))
            message = f"is for the service account of {other}: it has one role"
            yield Problem(each.path, message, "/".join(account))
        taken.setdefault(account, each)


def broken_permissions(
    environment: Environment, path: Path, permissions: Permissions
) -> Iterator[Problem]:
    """Yields what AWS would refuse.

    Args:
        path: path of the permissions.
    """
    yield from _policies(environment, path, permissions)
    yield from _target(environment, path, permissions)
    yield from _resources(environment, path, permissions)
    length = limits.policy_length(policy_document(*own_statements(permissions.statements)))
    if length > limits.POLICY_LENGTH:
        message = f"make a policy of {length} characters, IAM allows {limits.POLICY_LENGTH}"
        allowed = "fewer statements, and policies of your own in policy_arns"
        yield Problem((*path, "statements"), message, allowed=allowed)


def _policies(environment: Environment, path: Path, permissions: Permissions) -> Iterator[Problem]:
    known: dict[str, str] = {}
    for index, arn in enumerate(permissions.policy_arns):
        here = (*path, "policy_arns", index)
        _, partition, _, _, account, _ = arn.split(":", 5)
        if partition != environment.partition:
            right = arn.replace(f"arn:{partition}:", f"arn:{environment.partition}:", 1)
            message = f"is of another partition than {environment.region}"
            yield Problem(here, message, arn, _partition(environment), right)
        elif account not in {"aws", environment.account}:
            message = "is a policy of another account, which IAM does not attach"
            allowed = f"a policy of AWS or of account {environment.account}"
            yield Problem(here, message, arn, allowed)
        if policy_key(arn) in known:
            yield Problem(here, f"has the name of {known[policy_key(arn)]}", arn)
        known[policy_key(arn)] = arn


def _target(environment: Environment, path: Path, permissions: Permissions) -> Iterator[Problem]:
    arn = permissions.target_role_arn
    if arn is None:
        return
    here = (*path, "target_role_arn")
    if environment.cluster.identity != "pod_identity":
        message = "needs cluster.identity: pod_identity; with irsa an application assumes it itself"
        yield Problem(here, message, arn)
    if arn.split(":")[1] != environment.partition:
        message = f"is of another partition than {environment.region}: no role can assume it"
        yield Problem(here, message, arn, _partition(environment))


def _resources(environment: Environment, path: Path, permissions: Permissions) -> Iterator[Problem]:
    for sid, statement in permissions.statements.items():
        for index, arn in enumerate(statement.resources):
            partition = arn.split(":")[1] if arn != "*" else "*"
            if partition not in {"*", environment.partition}:
                here = (*path, "statements", sid, "resources", index)
                message = f"is of another partition than {environment.region}"
                right = arn.replace(f"arn:{partition}:", f"arn:{environment.partition}:", 1)
                yield Problem(here, message, arn, _partition(environment), right)


def _partition(environment: Environment) -> str:
    return f"an ARN that begins with arn:{environment.partition}:"


def unwise_permissions(path: Path, permissions: Permissions) -> Iterator[Problem]:
    """Yields permissions that are wider than a workload needs."""
    for sid, statement in permissions.statements.items():
        if statement.effect == "Allow" and not statement.conditions:
            yield from _too_wide((*path, "statements", sid), statement)
    for index, arn in enumerate(permissions.policy_arns):
        if arn.endswith(":iam::aws:policy/AdministratorAccess"):
            yield Problem((*path, "policy_arns", index), "allows everything in the account", arn)


def _too_wide(path: Path, statement: PolicyStatement) -> Iterator[Problem]:
    everywhere = "*" in statement.resources
    for index, action in enumerate(statement.actions):
        here = (*path, "actions", index)
        service, _, name = action.partition(":")
        if action in EVERYTHING:
            where = "in the account" if everywhere else "with these resources"
            yield Problem(here, f"allows everything {where}", action)
        elif name == "*" and everywhere:
            yield Problem(here, f"allows everything with all resources of {service}", action)
        elif action == "iam:PassRole" and everywhere:
            message = "lets the pods give any role of the account to a service that runs their code"
            yield Problem(here, message, action, "the ARNs of roles in resources")
