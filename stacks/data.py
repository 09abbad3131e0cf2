"""The data stack: copies of data in another region."""

from constructs import Construct

from config.derived import replication
from config.environment import Environment
from modules.storage.backup_replica import backup_replication
from stacks.base import EnvironmentStack


class DataStack(EnvironmentStack):
    """What replicates the data of an environment to another region (K2)."""

    def __init__(self, scope: Construct, environment: Environment) -> None:
        super().__init__(scope, environment, "data")
        other = replication.backup_partner(environment)
        if other is not None:
            backup_replication(self, environment, other)
