"""The state stack: where the Terraform state of every stack is stored, its own included."""

from collections.abc import Mapping, Sequence

from constructs import Construct

from backend.access_policies import RemoteStack, state_access_policies
from backend.replica import state_replica
from backend.state_backend import StateBackend
from config.environment import Environment
from stacks.base import EnvironmentStack


class StateStack(EnvironmentStack):
    """Bucket, lock table, key and policies of an environment's state (B1 to B6)."""

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        stacks: Sequence[str],
        standalone: Sequence[str] = (),
        elsewhere: Mapping[str, Sequence[RemoteStack]] | None = None,
    ) -> None:
        """Composes the state backend.

        Args:
            stacks: names of the environment's stacks in order, this one included.
            standalone: names of stacks that read no output of this environment's other stacks.
            elsewhere: what a stack reads of other environments.
        """
        super().__init__(scope, environment, "state")
        backend = StateBackend(self, environment)
        state_access_policies(self, environment, backend, stacks, standalone, elsewhere)
        region = environment.state.replica_region
        if region is not None:
            state_replica(self, environment, backend, region, self.aws(region, alias="replica"))
