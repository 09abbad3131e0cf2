"""Facts about the front door, the edge stack's load balancer, for the add-ons behind it."""

from config.environment import Environment


def serves_tls(environment: Environment) -> bool:
    """Whether the front door serves HTTPS."""
    return not (environment.edge.enabled and environment.edge.tls == "none")
