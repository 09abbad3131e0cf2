"""The rule groups that AWS manages: their names, and what they cost of a web ACL's capacity."""

from dataclasses import dataclass
from typing import Final

from config.types.edge import RuleGroup

CAPACITY: Final = 1500
"""Capacity units of a web ACL that AWS includes in its price.
https://docs.aws.amazon.com/waf/latest/developerguide/aws-waf-capacity-units.html"""

RATE_RULE_CAPACITY: Final = 2


@dataclass(frozen=True)
class ManagedGroup:
    """A rule group.

    Attributes:
        name: what AWS calls it.
        capacity: capacity units that it takes.
    """

    name: str
    capacity: int


GROUPS: Final[dict[RuleGroup, ManagedGroup]] = {
    "ip_reputation": ManagedGroup("AWSManagedRulesAmazonIpReputationList", 25),
    "anonymous_ip": ManagedGroup("AWSManagedRulesAnonymousIpList", 50),
    "known_bad_inputs": ManagedGroup("AWSManagedRulesKnownBadInputsRuleSet", 200),
    "common": ManagedGroup("AWSManagedRulesCommonRuleSet", 700),
    "sql": ManagedGroup("AWSManagedRulesSQLiRuleSet", 200),
    "linux": ManagedGroup("AWSManagedRulesLinuxRuleSet", 200),
    "admin": ManagedGroup("AWSManagedRulesAdminProtectionRuleSet", 100),
}
"""In the order of evaluation: what looks at addresses alone comes first.
https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html"""
