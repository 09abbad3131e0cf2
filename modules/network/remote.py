"""The network for later stacks, from the outputs in its state."""

from constructs import Construct

from config.environment import Environment
from modules.remote_state import RemoteOutputs


class RemoteNetwork:
    """The outputs of the network stack, read from its state.

    Attributes:
        vpc_id: the VPC.
        public_subnet_ids: the public subnets by zone letter.
        private_subnet_ids: the private subnets by zone letter.
    """

    def __init__(self, scope: Construct, environment: Environment) -> None:
        outputs = RemoteOutputs(scope, environment)
        zones = sorted(environment.network.availability_zones)
        self.vpc_id: str = outputs.get("network.vpc_id")
        self.public_subnet_ids: dict[str, str] = {
            zone: outputs.get(f"network.public_subnet_ids.{zone}") for zone in zones
        }
        self.private_subnet_ids: dict[str, str] = {
            zone: outputs.get(f"network.private_subnet_ids.{zone}") for zone in zones
        }
