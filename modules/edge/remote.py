"""The edge as later stacks see it: the outputs in its state."""

from constructs import Construct

from config.edge import TargetGroup
from config.environment import Environment
from modules.remote_state import RemoteOutputs


class RemoteEdge:
    """The outputs of an environment's edge stack, read from its state.

    Only for environments with `edge.enabled`: the stack of any other has no outputs.

    Attributes:
        load_balancer_security_group_id: the group that nodes accept requests from, on the ports of
            `Environment.target_ports`.
        load_balancer_dns_name: AWS's own name of the load balancer.
        target_group_arns: the target groups that there are, by http and https.
    """

    def __init__(self, scope: Construct, environment: Environment) -> None:
        """Reads the edge's state.

        Args:
            scope: the stack that reads it.
            environment: names the state and says which target groups there are.
        """
        outputs = RemoteOutputs(scope, environment)
        self.load_balancer_security_group_id: str = outputs.get(
            "edge.load_balancer_security_group_id"
        )
        self.load_balancer_dns_name: str = outputs.get("edge.load_balancer_dns_name")
        self.target_group_arns: dict[TargetGroup, str] = {
            key: outputs.get(f"edge.target_group_arns.{key}")
            for key in environment.edge.target_groups
        }
