"""Rules that reach across fields: pure functions from a configuration to problems.

A rule runs as soon as the sections it needs are well-formed, even where others are not,
so that one run reports everything that is wrong with a file.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from config import environment_rules, network_rules
from config.environment import Environment
from config.problem import Problem


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        needs: the top-level fields that the check reads; the others may be missing.
        check: yields a problem for each thing that is wrong.
    """

    needs: tuple[str, ...]
    check: Callable[[Environment], Iterator[Problem]]


RULES: Final[tuple[Rule, ...]] = (
    Rule(("tags",), environment_rules.tags_are_allowed),
    Rule(("admins", "region"), environment_rules.admins_belong_to_the_partition),
    Rule(("admins",), environment_rules.admins_are_named_once),
    Rule(("state", "region"), environment_rules.replica_is_elsewhere),
    Rule(
        ("name", "account", "region", "state"),
        environment_rules.state_bucket_names_fit,
    ),
    Rule(("network",), network_rules.vpc_has_an_allowed_size),
    Rule(("network",), network_rules.zones_are_named_once),
    Rule(("network",), network_rules.cidrs_are_of_used_zones),
    Rule(("network",), network_rules.subnets_fit),
    Rule(("network",), network_rules.prefix_reservation_has_room),
    Rule(("network",), network_rules.nodes_reach_aws),
)
