"""What add-ons behind the front door have to know of it."""

from config.environment import Environment


def serves_tls(environment: Environment) -> bool:
    """Whether people reach the front door with TLS."""
    return not (environment.edge.enabled and environment.edge.tls == "none")
