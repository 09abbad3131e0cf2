"""What nodes may do besides pulling images that are there."""

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from config.derived import names
from config.environment import Environment
from modules.identity.policy import Statement, policy_document


def cache_access(
    scope: Construct, id_: str, environment: Environment, role: IamRole
) -> list[IamRolePolicy]:
    """Lets nodes pull an image that is not cached yet; nothing where there is no cache.

    ECR creates the repository on behalf of the one who pulls.

    Args:
        id_: id of the role; the policy is `<id>_caches`.

    Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html
    """
    prefixes = sorted(environment.registry.caches)
    if not prefixes:
        return []
    statement = Statement(
        "Caches",
        ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
        [names.repository_arn(environment, f"{prefix}/*") for prefix in prefixes],
    )
    policy = IamRolePolicy(
        scope,
        f"{id_}_caches",
        name="image-caches",
        role=role.id,
        policy=policy_document(statement),
    )
    return [policy]
