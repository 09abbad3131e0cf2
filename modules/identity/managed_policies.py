"""AWS managed policies and their attachment to a role."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct

from config.environment import Environment
from modules.identity.policy import policy_key, snake_case


def attach_managed_policies(
    scope: Construct, id_: str, environment: Environment, role: IamRole, names: Sequence[str]
) -> list[IamRolePolicyAttachment]:
    """Attaches AWS managed policies to a role.

    Args:
        id_: prefix of the attachments' ids.
        names: names of the policies, with their path if they have one.

    Raises:
        ValueError: a policy is given by its ARN.
    """
    return [
        IamRolePolicyAttachment(
            scope,
            f"{id_}_{snake_case(name.rpartition('/')[2])}",
            role=role.name,
            policy_arn=managed_policy_arn(environment.partition, name),
        )
        for name in names
    ]


def attach_policies(
    scope: Construct, id_: str, role: IamRole, arns: Sequence[str]
) -> list[IamRolePolicyAttachment]:
    """Attaches policies that exist to a role.

    Args:
        id_: prefix of the attachments' ids.
        arns: their ARNs; no two have the same `policy_key`.
    """
    return [
        IamRolePolicyAttachment(scope, f"{id_}_{policy_key(arn)}", role=role.name, policy_arn=arn)
        for arn in arns
    ]


def managed_policy_arn(partition: str, name: str) -> str:
    """ARN of an AWS managed policy.

    Args:
        name: the policy's name, with its path if it has one.

    Raises:
        ValueError: the name is an ARN.
    """
    if name.startswith("arn:"):
        raise ValueError(f"give the name of the managed policy, not its ARN: {name}")
    return f"arn:{partition}:iam::aws:policy/{name}"
