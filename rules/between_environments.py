"""What two environments that are loaded together cannot both have.

Each is valid alone, but the second apply would fail, or change resources of the first one.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from pathlib import Path as File
from typing import Final

from config.derived import names
from config.environment import Environment
from config.problem import Path, Problem
from config.reading.report import display


def conflicts(environments: Mapping[File, Environment]) -> Iterator[tuple[File, Problem]]:
    """Yields the problems between environments, one at each of the two files.

    Args:
        environments: valid environments by their file. Two of one name are ignored: another
            check reports them.
    """
    for (file, one), (other_file, other) in combinations(environments.items(), 2):
        if one.name == other.name:
            continue
        for check in CHECKS:
            yield from ((file, problem) for problem in check(one, other, display(other_file)))
            yield from ((other_file, problem) for problem in check(other, one, display(file)))


def state_buckets_differ(one: Environment, other: Environment, file: str) -> Iterator[Problem]:
    """Bucket names are unique within a partition, across all accounts.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    """
    if one.partition == other.partition:
        for bucket in _state_buckets(one):
            if bucket in _state_buckets(other):
                yield Problem(
                    ("state", "bucket"),
                    f"gives a bucket the same name as in {file}",
                    bucket,
                    "a bucket for each environment",
                    involved=(("name",),),
                )
                return


def clusters_differ(one: Environment, other: Environment, file: str) -> Iterator[Problem]:
    """IAM roles are named after the cluster, and IAM is shared by all regions of an account.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    same_account = (one.partition, one.account) == (other.partition, other.account)
    if same_account and one.cluster_name == other.cluster_name:
        path: Path = ("cluster", "name") if one.cluster.name else ("name",)
        yield Problem(
            path,
            f"is also the name of the cluster in {file}, and both create IAM roles of that name in "
            f"account {one.account}",
            one.cluster_name,
        )


def _state_buckets(environment: Environment) -> list[str]:
    buckets = [names.state_bucket(environment), names.state_log_bucket(environment)]
    if environment.state.replica_region is not None:
        buckets.append(names.state_replica_bucket(environment))
        buckets.append(names.state_replica_log_bucket(environment))
    return buckets


CHECKS: Final[tuple[Callable[[Environment, Environment, str], Iterator[Problem]], ...]] = (
    state_buckets_differ,
    clusters_differ,
)
"""Each says what is wrong with the first environment because of the second, which is in a file."""
