"""The platform's view of the stacks below it: the outputs in their states."""

from cdktf import DataTerraformRemoteStateS3
from constructs import Construct

from config.environment import Environment
from modules.remote_state import remote_state


class RemoteOutputs:
    """Outputs of an environment's other stacks; each state is read when first asked for.

    A state that nothing is asked of is not read, so that an environment whose front door is
    somebody else's needs no edge stack.
    """

    def __init__(self, scope: Construct, environment: Environment) -> None:
        """Prepares to read.

        Args:
            scope: the stack that reads.
            environment: names the states.
        """
        self._scope, self._environment = scope, environment
        self._states: dict[str, DataTerraformRemoteStateS3] = {}

    def get(self, reference: str) -> str:
        """An output's value.

        Args:
            reference: `<stack>.<output>`, with the key of a map after another dot.
        """
        stack, _, output = reference.partition(".")
        if stack not in self._states:
            self._states[stack] = remote_state(self._scope, self._environment, stack)
        return self._states[stack].get_string(output)
