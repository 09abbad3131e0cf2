"""Whether roles and the boundary exist that `identity` names, and roles trust what uses them."""

from collections.abc import Iterator
from typing import Any, Final

from runner.check.context import CheckContext
from runner.check.finding import Finding, each

TRUSTED: Final = {
    "cluster": ("eks.amazonaws.com",),
    "nodes": ("ec2.amazonaws.com", "ec2.amazonaws.com.cn"),
}
"""Who assumes a role: one of these services; Pod Identity, or a token's provider, all others."""

PODS: Final = ("pods.eks.amazonaws.com", "oidc-provider/")


def find(context: CheckContext) -> Iterator[Finding]:
    """Looks for each role, and then for the boundary."""
    given = context.environment.identity.roles.by_key()
    yield from each(list(given.items()), lambda item: item[1], lambda item: _role(context, *item))
    boundary = context.environment.identity.permissions_boundary
    if boundary is not None:
        yield from each([boundary], str, lambda arn: _boundary(context, arn))


def _role(context: CheckContext, key: str, arn: str) -> Iterator[Finding]:
    needed = f"identity.roles.{key}"
    answer = context.aws.find("iam", "get_role", RoleName=arn.rpartition("/")[2])
    if answer is None:
        action = "Make the role as `make roles` prints it, or name another one."
        yield Finding("error", arn, "does not exist", needed, action)
        return
    role = answer["Role"]
    if role["Arn"] != arn:
        action = f"Write its ARN with its path: {role['Arn']}."
        yield Finding("error", arn, f"the role is {role['Arn']}", needed, action)
        return
    trusted = TRUSTED.get(key, PODS)
    text = str([_principal(each) for each in _statements(role["AssumeRolePolicyDocument"])])
    if any(each in text for each in trusted):
        yield Finding("ok", arn, f"trusts {_who(trusted, text)}", needed)
    else:
        action = "Correct its trust policy: `make roles` prints it."
        yield Finding("error", arn, f"does not trust {' or '.join(trusted)}", needed, action)


def _boundary(context: CheckContext, arn: str) -> Iterator[Finding]:
    needed = "identity.permissions_boundary"
    if context.aws.find("iam", "get_policy", PolicyArn=arn) is None:
        action = "Make the policy, or name another one: IAM refuses roles without it."
        yield Finding("error", arn, "does not exist", needed, action)
    else:
        yield Finding("ok", arn, "exists", needed)


def _statements(document: dict[str, Any]) -> list[dict[str, Any]]:
    found = document["Statement"]
    return found if isinstance(found, list) else [found]


def _principal(statement: dict[str, Any]) -> Any:
    return statement.get("Principal") if statement.get("Effect") == "Allow" else None


def _who(trusted: tuple[str, ...], text: str) -> str:
    return next(each for each in trusted if each in text)
