"""The environments of a fleet, and names that its hub and its spokes have in common."""

from typing import Final

from config.derived import names, routing
from config.environment import Environment

CONTROLLER: Final = "argocd-application-controller"
SERVER: Final = "argocd-server"
ACCOUNTS: Final = (CONTROLLER, SERVER)
"""Service accounts of Argo CD's chart that call other clusters."""

ROLE: Final = "role"
PRIMARY: Final = "primary"
"""The label by which the hub deploys to a cluster last."""


def hub(environment: Environment) -> Environment | None:
    """The environment whose Argo CD manages this one; a hub manages itself."""
    wanted = environment.fleet.hub
    if environment.regions:
        return next((each for each in environment.siblings if each.region == wanted), None)
    if environment.fleet.spokes:
        return environment
    return next((each for each in environment.named if each.name == wanted), None)


def spokes(environment: Environment) -> tuple[Environment, ...]:
    """The other environments that an environment manages, if it is a hub."""
    if hub(environment) is not environment:
        return ()
    if environment.regions:
        others = (each for each in environment.siblings if each is not environment)
        return tuple(each for each in others if each.fleet.hub == environment.region)
    return tuple(each for each in environment.named if each.name in environment.fleet.spokes)


def hub_of_spoke(environment: Environment) -> Environment | None:
    """The environment that manages this one, if it is another one."""
    found = hub(environment)
    return found if found is not environment else None


def peers(environment: Environment) -> tuple[Environment, ...]:
    """The spokes that a hub reaches through VPC peering: those whose Kubernetes API is private."""
    return tuple(each for each in spokes(environment) if not each.cluster.endpoint.public)


def peered_hub(environment: Environment) -> Environment | None:
    """The hub that reaches this environment through VPC peering."""
    return None if environment.cluster.endpoint.public else hub_of_spoke(environment)


def is_peered(environment: Environment) -> bool:
    """Whether its VPC is connected with another one."""
    return bool(peers(environment)) or peered_hub(environment) is not None


def key(environment: Environment) -> str:
    """The part of construct ids that names an environment of the fleet."""
    if environment.regions:
        return routing.code(environment)
    return environment.name.replace("-", "_")


def labels(environment: Environment, managed_by: Environment) -> dict[str, str]:
    """The labels of a cluster in the Argo CD of its hub."""
    is_primary = environment.regions and routing.primary(environment) == environment.region
    found = {
        "environment": environment.name,
        "fleet": managed_by.name,
        "region": environment.region,
        ROLE: PRIMARY if is_primary else "standby",
    }
    if environment.regions:
        found["code"] = routing.code(environment)
    return found | environment.fleet.labels


def regional_role_name(environment: Environment, account: str) -> str:
    """The name of a service account's role in the hub, within the region."""
    return f"{environment.cluster_name}-{account}"


def role_name(environment: Environment, account: str) -> str:
    """The name of a service account's role, which the roles in other clusters trust."""
    return names.role(environment, regional_role_name(environment, account))


def role_arn(environment: Environment, account: str) -> str:
    """ARN of that role, known before it exists."""
    given = environment.identity.roles.addons.get(account)
    return given or names.role_arn(environment, regional_role_name(environment, account))


def spoke_role_name(environment: Environment) -> str:
    """The name of the role that the hub's Argo CD assumes."""
    return names.role(environment, _regional_spoke_role_name(environment))


def spoke_role_arn(environment: Environment) -> str:
    """ARN of that role, known before it exists."""
    return names.role_arn(environment, _regional_spoke_role_name(environment))


def _regional_spoke_role_name(environment: Environment) -> str:
    return f"{environment.cluster_name}-argocd-spoke"
