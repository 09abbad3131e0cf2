"""The DB subnet group."""

from cdktf_cdktf_provider_aws.db_subnet_group import DbSubnetGroup
from constructs import Construct

from config.environment import Environment
from modules.network.subnets import SubnetTier


def database_subnet_group(
    scope: Construct, environment: Environment, database: SubnetTier
) -> DbSubnetGroup:
    """Makes the DB subnet group over the database subnets (A4).

    It is the only resource here that lists all zones: AWS adds a subnet by changing the group in
    place.
    """
    return DbSubnetGroup(
        scope,
        "database_subnet_group",
        name=environment.name,
        description=f"Database subnets of {environment.name}",
        subnet_ids=list(database.ids.values()),
        tags={"Name": environment.name},
    )
