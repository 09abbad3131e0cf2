"""The fleet stack: how a hub reaches the private Kubernetes APIs of its spokes."""

from constructs import Construct

from config.derived import fleet
from config.environment import Environment
from modules.network.peering import peering
from modules.remote_state import RemoteOutputs
from stacks.base import EnvironmentStack


class FleetStack(EnvironmentStack):
    """VPC peering of a hub with its spokes (K3).

    It is no part of the network stack, which can be applied while another region is gone.
    """

    def __init__(self, scope: Construct, environment: Environment) -> None:
        super().__init__(scope, environment, "fleet")
        own = RemoteOutputs(self, environment)
        for spoke in fleet.peers(environment):
            provider = self.aws(spoke.region, alias=fleet.key(spoke))
            peering(self, environment, spoke, own, provider)
