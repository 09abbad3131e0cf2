"""IAM roles, policies and instance profiles, all with the path and the boundary of `identity`.

Every stack makes them through this module alone, so that a service control policy that demands a
permissions boundary or a path refuses none.
"""

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.iam_instance_profile import IamInstanceProfile
from cdktf_cdktf_provider_aws.iam_policy import IamPolicy
from cdktf_cdktf_provider_aws.iam_role import IamRole
from constructs import Construct

from config.environment import Environment


def iam_role(
    scope: Construct,
    id_: str,
    environment: Environment,
    *,
    name: str,
    description: str,
    trust: str,
    force_detach_policies: bool | None = None,
    provider: TerraformProvider | None = None,
) -> IamRole:
    """Makes a role.

    Args:
        trust: its trust policy, as JSON.
        force_detach_policies: whether a destroy also detaches policies that others attached.
        provider: the provider of another region.
    """
    identity = environment.identity
    return IamRole(
        scope,
        id_,
        name=name,
        path=identity.path,
        permissions_boundary=identity.permissions_boundary,
        description=description,
        assume_role_policy=trust,
        force_detach_policies=force_detach_policies,
        provider=provider,
    )


def iam_policy(
    scope: Construct,
    id_: str,
    environment: Environment,
    *,
    name: str,
    description: str,
    policy: str,
) -> IamPolicy:
    """Makes a customer managed policy.

    Args:
        policy: the document, as JSON.
    """
    return IamPolicy(
        scope,
        id_,
        name=name,
        path=environment.identity.path,
        description=description,
        policy=policy,
    )


def instance_profile(
    scope: Construct, id_: str, environment: Environment, *, name: str, role: str
) -> IamInstanceProfile:
    """Makes an instance profile.

    Args:
        role: the name of its role.
    """
    return IamInstanceProfile(scope, id_, name=name, path=environment.identity.path, role=role)
