"""The outputs of an environment's other stacks, read from their states."""

from functools import cached_property

from cdktf import DataTerraformRemoteStateS3
from constructs import Construct

from config.derived import fleet, names, shared_edge
from config.environment import Environment


class RemoteOutputs:
    """Outputs of an environment's other stacks; a state is read on first use.

    A state that is not used is not read, so that an environment without a front door
    needs no edge stack.
    """

    def __init__(self, scope: Construct, environment: Environment, suffix: str = "") -> None:
        """Reads no state yet.

        Args:
            suffix: the end of the data sources' ids, where a stack reads several environments.
        """
        self._scope, self._environment, self._suffix = scope, environment, suffix
        self._states: dict[str, DataTerraformRemoteStateS3] = {}

    def get(self, reference: str) -> str:
        """An output's value.

        Args:
            reference: `<stack>.<output>`, with the key of a map after another dot;
                `fleet.<key>.<stack>.<output>` for an output of a spoke.
        """
        stack, _, output = reference.partition(".")
        if stack == "edge":
            output = shared_edge.output_name(self._environment, output)
        if stack == "fleet":
            spoke, _, output = output.partition(".")
            return self._spokes[spoke].get(output)
        if stack not in self._states:
            self._states[stack] = self._state(stack)
        return self._states[stack].get_string(output)

    @cached_property
    def _spokes(self) -> "dict[str, RemoteOutputs]":
        return {
            fleet.key(each): RemoteOutputs(self._scope, each, f"_{fleet.key(each)}")
            for each in fleet.spokes(self._environment)
        }

    def _state(self, stack: str) -> DataTerraformRemoteStateS3:
        environment = self._environment
        if stack == "edge":
            environment = shared_edge.owner(environment) or environment
        return DataTerraformRemoteStateS3(
            self._scope,
            f"{stack}{self._suffix}",
            bucket=names.state_bucket(environment),
            key=names.state_object_key(environment, stack),
            region=environment.region,
            # With the table Terraform detects a state that was changed outside of it.
            dynamodb_table=(
                names.state_lock_table(environment) if environment.state.lock != "s3" else None
            ),
        )
