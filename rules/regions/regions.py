"""Rules of a platform in several regions."""

from collections.abc import Iterator

from config.environment import Environment
from config.problem import Problem
from config.types.regions import PARTITION_OF
from rules.registration import rule


@rule("regions")
def codes_are_unique(environment: Environment) -> Iterator[Problem]:
    """No two regions have one code or one environment name."""
    for key in ("code", "name"):
        first: dict[str, str] = {}
        for region, settings in environment.regions.items():
            value = getattr(settings, key)
            if value is not None and first.setdefault(value, region) != region:
                message = f"is also the {key} of {first[value]}"
                yield Problem(("regions", region, key), message, value)


@rule("regions")
def regions_are_of_one_partition(environment: Environment) -> Iterator[Problem]:
    """ARNs, IAM and Route 53 belong to one partition.

    https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
    """
    partitions = {region: PARTITION_OF[region] for region in environment.regions}
    for region, partition in partitions.items():
        first, expected = next(iter(partitions.items()))
        if partition != expected:
            message = f"is of partition {partition}, and {first} of {expected}"
            yield Problem(("regions", region), message, region)
