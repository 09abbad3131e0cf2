"""The data stack: data that outlives clusters, and copies of it in another region."""

from constructs import Construct

from config.derived import replication
from config.environment import Environment
from modules.storage.backup_replica import backup_replication
from stacks.base import EnvironmentStack


class DataStack(EnvironmentStack):
    """The shared file system of an environment, and replications of data (H2, K2)."""

    def __init__(self, scope: Construct, environment: Environment) -> None:
        super().__init__(scope, environment, "data")
        other = replication.backup_partner(environment)
        if other is not None:
            backup_replication(self, environment, other)
        efs = environment.cluster.efs
        if efs.enabled and efs.stack == "data":
            # Imported here, because other environments do not need its bindings.
            from modules.cluster.shared_files import shared_files  # noqa: PLC0415

            destination = replication.file_destination(environment)
            elsewhere = destination and self.aws(destination.region, alias="destination")
            shared_files(self, environment, elsewhere)
