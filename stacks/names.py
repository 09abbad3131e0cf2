"""The names stack: the certificate of a region of a platform, and the records that validate it."""

from constructs import Construct

from config.environment import Environment
from modules.routing.certificates import certificate
from stacks.base import EnvironmentStack


class NamesStack(EnvironmentStack):
    """A certificate for the names of a platform in several regions, before its load balancer (K1).

    Each region has one. That of `routing.state_region` also has the records that validate all of
    them, and is applied first.
    """

    def __init__(self, scope: Construct, environment: Environment) -> None:
        super().__init__(scope, environment, "names")
        certificate(self, environment)
