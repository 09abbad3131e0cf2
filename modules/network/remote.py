"""The network for later stacks, from the outputs in its state."""

from constructs import Construct

from config.derived.ip_plan import Tier, zones
from config.environment import Environment
from modules.identity.volume_key import volume_key_arn
from modules.remote_state import RemoteOutputs


class RemoteNetwork:
    """The outputs of the network stack, read from its state.

    Attributes:
        vpc_id: the VPC.
        public_subnet_ids: the public subnets by zone letter.
        private_subnet_ids: the private subnets by zone letter.
        control_plane_subnet_ids: the subnets of the control plane's interfaces, by zone letter.
        internet_gateway_id: the internet gateway, with `edge.inspection`.
        public_route_table_ids: the public subnets' tables by zone letter, with `edge.inspection`.
        volume_key_arn: the key of EBS volumes; None for the account's default key.
    """

    def __init__(self, scope: Construct, environment: Environment) -> None:
        outputs = RemoteOutputs(scope, environment)
        self.vpc_id: str = outputs.get("network.vpc_id")
        self.public_subnet_ids = _by_zone(environment, outputs, "public")
        self.private_subnet_ids = _by_zone(environment, outputs, "private")
        self.control_plane_subnet_ids = _by_zone(environment, outputs, "control_plane")
        self.internet_gateway_id: str = outputs.get("network.internet_gateway_id")
        self.public_route_table_ids = {
            zone: outputs.get(f"network.public_route_table_ids.{zone}")
            for zone in zones(environment.network, "public")
        }
        self.volume_key_arn = volume_key_arn(
            environment, lambda output: outputs.get(f"network.{output}")
        )


def _by_zone(environment: Environment, outputs: RemoteOutputs, tier: Tier) -> dict[str, str]:
    return {
        zone: outputs.get(f"network.{tier}_subnet_ids.{zone}")
        for zone in zones(environment.network, tier)
    }
