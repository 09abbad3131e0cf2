"""IAM roles with which CI pushes images to some of the repositories."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from config.derived import limits, names
from config.environment import Environment
from config.sections.registry import CiRole, OidcTrust
from modules.identity.policy import Statement, policy_document
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
    role = IamRole(
        scope,
        id_,
        name=role_name,
        description=f"Pushes images to repositories of {environment.name}",
        assume_role_policy=limits.checked_policy(
            f"trust policy of {role_name}",
            policy_document(*_trust(settings)),
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


def _trust(settings: CiRole) -> Iterator[Statement]:
    if settings.oidc is not None:
        yield _oidc_trust(settings.oidc)
    if settings.principals:
        principals = {"AWS": settings.principals}
        yield Statement("Principals", ["sts:AssumeRole"], principals=principals)


def _oidc_trust(oidc: OidcTrust) -> Statement:
    """Audience and subject are both compared: the provider has tokens for all its customers.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
    """
    issuer = oidc.provider.partition(":oidc-provider/")[2]
    audience = {f"{issuer}:aud": oidc.audience}
    subjects = {f"{issuer}:sub": oidc.subjects}
    patterns = any("*" in subject for subject in oidc.subjects)
    return Statement(
        "Jobs",
        ["sts:AssumeRoleWithWebIdentity"],
        principals={"Federated": [oidc.provider]},
        conditions=(
            {"StringEquals": audience, "StringLike": subjects}
            if patterns
            else {"StringEquals": {**audience, **subjects}}
        ),
    )
