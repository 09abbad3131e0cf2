"""EC2: descriptions of security group rules, and changing rules in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.ec2.models import security_groups
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.responses import EC2Response

from tools.emulator.gaps.moto_hooks import replace

if TYPE_CHECKING:
    from moto.core.responses import ActionResult

_ALL_PORTS = -1


class DescribedRule(SecurityGroupRule):
    """A rule that keeps its description whatever its peer is.

    moto reads the description from the address range alone, which a rule that names a security
    group or a prefix list does not have.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # moto's own parameter order: the eighth is the prefix list.
        prefix_list = kwargs.get("prefix_list_id") or (args[7] if len(args) > 7 else None)  # noqa: PLR2004
        self.peer_description: str | None = (self.source_group or {}).get("Description") or (
            prefix_list or {}
        ).get("Description")

    @property
    def description(self) -> str | None:
        """The description, from wherever the request had it."""
        return self.ip_range.get("Description") or self.peer_description

    def __eq__(self, other: object) -> bool:
        """Compares what the rules allow; as in EC2, the description is no part of it."""
        if not isinstance(other, DescribedRule):
            return NotImplemented
        groups = self.source_group, other.source_group
        self.source_group, other.source_group = _undescribed(groups[0]), _undescribed(groups[1])
        try:
            return super().__eq__(other)
        finally:
            self.source_group, other.source_group = groups

    __hash__ = None  # type: ignore[assignment]


class SecurityGroupRules(EC2Response):
    """EC2 that changes every property of a rule in place.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySecurityGroupRules.html
    """

    def modify_security_group_rules(self) -> ActionResult:
        """Answers ModifySecurityGroupRules, for rules of all protocols and all types of peers."""
        changes = self._get_param("SecurityGroupRules", [])
        for change in changes:
            if change["SecurityGroupRule"].get("IpProtocol") == "-1":
                # All ports: EC2 wants none, moto insists on some.
                change["SecurityGroupRule"].setdefault("FromPort", _ALL_PORTS)
                change["SecurityGroupRule"].setdefault("ToPort", _ALL_PORTS)
        answer = super().modify_security_group_rules()
        group = self.ec2_backend.get_security_group_by_name_or_id(self._get_param("GroupId"))
        for change in changes:
            rule = group.get_rule(change["SecurityGroupRuleId"]) if group else None
            if isinstance(rule, DescribedRule):
                _apply(rule, change["SecurityGroupRule"])
        return answer


def install() -> None:
    """Makes moto create rules of the class in this file."""
    replace(security_groups, "SecurityGroupRule", DescribedRule)


def _apply(rule: DescribedRule, change: dict[str, Any]) -> None:
    if group_id := change.get("ReferencedGroupId"):
        rule.source_group = {**rule.source_group, "GroupId": group_id}
    if prefix_list_id := change.get("PrefixListId"):
        rule.prefix_list_id = prefix_list_id
    description = change.get("Description")
    if rule.cidr_ipv4 or rule.cidr_ipv6:
        rule.ip_range["Description"] = description or ""
        return
    rule.ip_range = {}
    rule.peer_description = description
    if rule.source_group:
        rule.source_group = {**rule.source_group, "Description": description}


def _undescribed(group: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in group.items() if name != "Description"}
