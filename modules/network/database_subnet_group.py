"""The DB subnet group."""

from collections.abc import Mapping

from cdktf_cdktf_provider_aws.db_subnet_group import DbSubnetGroup
from constructs import Construct

from config.environment import Environment


def database_subnet_group(
    scope: Construct, environment: Environment, subnet_ids: Mapping[str, str]
) -> DbSubnetGroup:
    """Makes the DB subnet group over the database subnets (A4).

    It is the only resource here that lists all zones: AWS adds a subnet by changing the group in
    place.

    Args:
        subnet_ids: the database subnets by zone letter.
    """
    return DbSubnetGroup(
        scope,
        "database_subnet_group",
        name=environment.name,
        description=f"Database subnets of {environment.name}",
        subnet_ids=list(subnet_ids.values()),
        tags={"Name": environment.name},
    )
