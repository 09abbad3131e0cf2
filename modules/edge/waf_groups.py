"""AWS managed rule groups: their names, and the web ACL capacity units that they use."""

from dataclasses import dataclass
from typing import Final

from config.types.edge import RuleGroup

CAPACITY: Final = 1500
"""Web ACL capacity units that are included in the price.
https://docs.aws.amazon.com/waf/latest/developerguide/aws-waf-capacity-units.html"""

RATE_RULE_CAPACITY: Final = 2


@dataclass(frozen=True)
class ManagedGroup:
    """An AWS managed rule group.

    Attributes:
        name: its name in AWS.
        capacity: web ACL capacity units that it uses.
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
"""In the order of evaluation: groups that check addresses only come first.
https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html"""
