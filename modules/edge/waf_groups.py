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
        rules: names of its rules.
    """

    name: str
    capacity: int
    rules: tuple[str, ...]


def _rules(**parts: str) -> tuple[str, ...]:
    """Names that are made of what a rule looks for and the parts of a request that it inspects."""
    return tuple(f"{what}_{part}" for what, where in parts.items() for part in where.split())


GROUPS: Final[dict[RuleGroup, ManagedGroup]] = {
    "ip_reputation": ManagedGroup(
        "AWSManagedRulesAmazonIpReputationList",
        25,
        ("AWSManagedIPReputationList", "AWSManagedReconnaissanceList", "AWSManagedIPDDoSList"),
    ),
    "anonymous_ip": ManagedGroup(
        "AWSManagedRulesAnonymousIpList", 50, ("AnonymousIPList", "HostingProviderIPList")
    ),
    "known_bad_inputs": ManagedGroup(
        "AWSManagedRulesKnownBadInputsRuleSet",
        200,
        _rules(
            JavaDeserializationRCE="HEADER BODY URIPATH QUERYSTRING",
            Host_localhost="HEADER",
            PROPFIND="METHOD",
            ExploitablePaths="URIPATH",
            Log4JRCE="HEADER QUERYSTRING BODY URIPATH",
            ReactJSRCE="BODY",
        ),
    ),
    "common": ManagedGroup(
        "AWSManagedRulesCommonRuleSet",
        700,
        _rules(
            NoUserAgent="HEADER",
            UserAgent_BadBots="HEADER",
            SizeRestrictions="QUERYSTRING Cookie_HEADER BODY URIPATH",
            EC2MetaDataSSRF="BODY COOKIE URIPATH QUERYARGUMENTS",
            GenericLFI="QUERYARGUMENTS URIPATH BODY",
            RestrictedExtensions="URIPATH QUERYARGUMENTS",
            GenericRFI="QUERYARGUMENTS BODY URIPATH",
            CrossSiteScripting="COOKIE QUERYARGUMENTS BODY URIPATH",
        ),
    ),
    "sql": ManagedGroup(
        "AWSManagedRulesSQLiRuleSet",
        200,
        _rules(
            SQLi="QUERYARGUMENTS BODY COOKIE URIPATH",
            SQLiExtendedPatterns="QUERYARGUMENTS BODY",
        ),
    ),
    "linux": ManagedGroup(
        "AWSManagedRulesLinuxRuleSet", 200, _rules(LFI="URIPATH QUERYSTRING HEADER")
    ),
    "admin": ManagedGroup(
        "AWSManagedRulesAdminProtectionRuleSet", 100, _rules(AdminProtection="URIPATH")
    ),
}
"""In the order of evaluation: groups that check addresses only come first.
https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html"""
