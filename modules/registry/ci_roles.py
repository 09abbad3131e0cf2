"""IAM roles with which CI pushes images to some of the repositories."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from config.derived import limits, names
from config.environment import Environment
from config.sections.registry import CiRole
from modules.identity.ci_trust import ci_trust
from modules.identity.policy import Statement, policy_document
from modules.identity.roles import iam_role
from modules.outputs import Output, add_outputs
from modules.registry.repositories import PUSH


def ci_roles(scope: Construct, environment: Environment) -> None:
    """Makes the roles, and an output with their ARNs by name.

    Raises:
        LimitError: a document is longer than IAM allows.
    """
    roles = environment.registry.ci_roles
    if roles:
        arns = {name: _role(scope, environment, name, role) for name, role in roles.items()}
        add_outputs(scope, {"ci_role_arns": Output(arns, "Roles of CI that push images, by name")})


def _role(scope: Construct, environment: Environment, name: str, settings: CiRole) -> str:
    id_ = f"registry_ci_{name.replace('-', '_')}"
    role_name = names.role(environment, f"{environment.name}-registry-{name}")
    role = iam_role(
        scope,
        id_,
        environment,
        name=role_name,
        description=f"Pushes images to repositories of {environment.name}",
        trust=limits.checked_policy(
            f"trust policy of {role_name}",
            policy_document(*ci_trust(settings.oidc, settings.principals)),
            limits.TRUST_POLICY_LENGTH,
        ),
    )
    IamRolePolicy(
        scope,
        f"{id_}_policy",
        name="repositories",
        role=role.id,
        policy=limits.checked_policy(
            f"policy of {role_name}",
            policy_document(
                # The token is for the whole registry; what it may do is in the other statement.
                Statement("Token", ["ecr:GetAuthorizationToken"], ["*"]),
                Statement(
                    "Images",
                    ["ecr:DescribeImages", *PUSH],
                    [
                        names.repository_arn(environment, each)
                        for each in sorted(environment.registry.repositories)
                        if matches(each, settings.repositories)
                    ],
                ),
            ),
            limits.INLINE_POLICY_LENGTH,
        ),
    )
    return role.arn


def matches(repository: str, patterns: Sequence[str]) -> bool:
    """Whether a repository's name matches one of the patterns."""
    return any(fnmatchcase(repository, pattern) for pattern in patterns)
