"""The roles of EKS Capabilities (L10).

EKS looks at the trust policy when a capability is made, and does not see a role that is a few
seconds old. So the roles are in the network stack, which is applied before the cluster stack.

Source: https://docs.aws.amazon.com/eks/latest/userguide/capability-role.html
"""

from typing import Final

from constructs import Construct

from config.derived import limits, names
from config.environment import Environment
from modules.identity.managed_policies import attach_policies
from modules.identity.own_policies import attach_own_policies
from modules.identity.permissions import OWN, own_statements
from modules.identity.policy import service_trust
from modules.identity.roles import iam_role

SERVICE: Final = "capabilities.eks.amazonaws.com"


def capability_roles(scope: Construct, environment: Environment) -> None:
    """Makes a role for each capability, with its policies."""
    for key, settings in environment.cluster.capabilities.enabled.items():
        id_, name = f"capability_{key}_role", names.capability(environment, key)
        role = iam_role(
            scope,
            id_,
            environment,
            name=names.role(environment, name),
            description=f"EKS Capability {key} of cluster {environment.cluster_name}",
            trust=service_trust(SERVICE, tag_session=True),
        )
        limits.checked_policies_per_role(
            names.role(environment, name), len(settings.policy_arns) + bool(settings.statements)
        )
        attach_policies(scope, id_, role, settings.policy_arns)
        if settings.statements:
            attach_own_policies(
                scope,
                id_,
                environment,
                role,
                prefix=names.account_wide(environment, name),
                policies={OWN: own_statements(settings.statements)},
            )
