"""Customer managed policies that belong to one role."""

from collections.abc import Mapping, Sequence

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct

from config.derived import limits
from config.environment import Environment
from modules.identity.policy import Statement, policy_document, snake_case
from modules.identity.roles import iam_policy


def attach_own_policies(
    scope: Construct,
    id_: str,
    environment: Environment,
    role: IamRole,
    *,
    prefix: str,
    policies: Mapping[str, Sequence[Statement]],
) -> list[IamRolePolicyAttachment]:
    """Makes policies and attaches them to a role.

    Args:
        id_: prefix of the ids.
        prefix: the beginning of the policies' names.
        policies: statements by the end of the policy's name, for example `volumes` for the policy
            `<prefix>-volumes`.

    Raises:
        LimitError: a document is longer than IAM allows.
    """
    return [
        _attached(scope, f"{id_}_{snake_case(part)}", environment, role, f"{prefix}-{part}", each)
        for part, each in policies.items()
    ]


def _attached(
    scope: Construct,
    id_: str,
    environment: Environment,
    role: IamRole,
    name: str,
    statements: Sequence[Statement],
) -> IamRolePolicyAttachment:
    policy = iam_policy(
        scope,
        id_,
        environment,
        name=limits.shorten(name, limits.POLICY_NAME),
        description=f"Permissions of role {role.name_input}",
        policy=limits.checked_policy(f"policy {name}", policy_document(*statements)),
    )
    return IamRolePolicyAttachment(
        scope, f"{id_}_attachment", role=role.name, policy_arn=policy.arn
    )
