"""The names stack: the certificates of all regions, and the records that validate them."""

from constructs import Construct

from config.derived import routing
from config.environment import Environment
from modules.routing.certificates import certificates
from stacks.base import EnvironmentStack


class NamesStack(EnvironmentStack):
    """Certificates of a platform in several regions, applied before their load balancers (K1)."""

    def __init__(self, scope: Construct, environment: Environment) -> None:
        super().__init__(scope, environment, "names")
        others = {
            each.region: self.aws(each.region, alias=routing.code(each))
            for each in environment.siblings
            if each.region != environment.region
        }
        certificates(self, environment, others.get)
