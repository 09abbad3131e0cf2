"""IAM roles with which pipelines plan and apply stacks, and the boundary of what they make."""

from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct

from backend.ci_providers import ci_providers
from config.derived import limits, names
from config.derived.ci import opens_tunnel, trusts_repository
from config.environment import Environment
from config.sections.ci_roles import PipelineRole
from modules.identity.ci_trust import ci_trust, repository_trust
from modules.identity.policy import policy_document
from modules.identity.roles import iam_policy, iam_role
from modules.outputs import Output, add_outputs
from modules.permissions.boundary import boundary, boundary_arn, boundary_name
from modules.permissions.names import role_name
from modules.permissions.roles import STATE, Stacks, policies, stacks_of
from modules.permissions.tunnel import tunnel_statements


def ci_roles(scope: Construct, environment: Environment, stacks: Stacks) -> None:
    """Makes the roles of `ci_roles` with their policies, and an output with their ARNs by name.

    Also the OIDC providers of `ci`, which they trust.

    Args:
        stacks: the Terraform JSON of all stacks of the environment.

    Raises:
        LimitError: a role needs more policies, or a document is longer, than IAM allows.
    """
    if environment.has_boundary and environment.identity.permissions_boundary is None:
        bounded = [body for name, body in stacks.items() if name != STATE]
        iam_policy(
            scope,
            "boundary",
            environment,
            name=boundary_name(environment),
            description=f"The most that roles of {environment.name} may do",
            policy=boundary(environment, bounded),
        )
    ci_providers(scope, environment)
    arns = {
        name: _role(scope, environment, name, role, stacks)
        for name, role in environment.ci_roles.items()
        if stacks_of(role, stacks)
    }
    add_outputs(scope, {"ci_role_arns": Output(arns, "Roles of pipelines, by name")})


def bound_roles(environment: Environment, stack: TerraformStack) -> None:
    """Gives each role of a stack the environment's permissions boundary, if it has none.

    With `identity.permissions_boundary` these are roles of extensions alone.
    """
    for construct in stack.node.children:
        if isinstance(construct, IamRole) and construct.permissions_boundary_input is None:
            construct.permissions_boundary = boundary_arn(environment)


def _role(
    scope: Construct,
    environment: Environment,
    name: str,
    settings: PipelineRole,
    stacks: Stacks,
) -> str:
    id_ = f"ci_{name.replace('-', '_')}"
    full_name = role_name(environment, name)
    trust = (
        repository_trust(environment, name)
        if trusts_repository(environment, name)
        else ci_trust(settings.oidc, settings.principals)
    )
    role = iam_role(
        scope,
        id_,
        environment,
        name=full_name,
        description=f"Pipelines that {settings.access} {environment.name}",
        trust=limits.checked_policy(
            f"trust policy of {full_name}",
            policy_document(*trust),
            limits.TRUST_POLICY_LENGTH,
        ),
    )
    chosen = stacks_of(settings, stacks)
    tunnel = tunnel_statements(environment) if opens_tunnel(environment, name) else ()
    texts = policies(environment, [stacks[each] for each in chosen], settings.access, tunnel)
    limits.checked_policies_per_role(full_name, len(texts))
    for index, text in enumerate(texts, start=1):
        policy = iam_policy(
            scope,
            f"{id_}_{index}",
            environment,
            name=names.account_wide(environment, f"{environment.name}-ci-{name}-{index}"),
            description=f"Part {index} of {len(texts)}: {settings.access} {', '.join(chosen)}",
            policy=text,
        )
        IamRolePolicyAttachment(
            scope, f"{id_}_{index}_attachment", role=role.name, policy_arn=policy.arn
        )
    return role.arn
