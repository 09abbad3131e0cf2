"""What others added to resources whose parts are resources of their own.

Terraform reads the rules of a security group and the policies of a role as attributes of these,
but no setting gives them there: each is a resource of its own, and a foreign one is none at all. So
a plan shows nothing of it, and an apply keeps it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from runner.plan_page.model import Attribute
from runner.plan_page.values import ABSENT, shown

Resources = Iterable[tuple[str, Mapping[str, Any]]]
"""Type and attributes of resources."""

_RULES: Final = {
    "ingress": "aws_vpc_security_group_ingress_rule",
    "egress": "aws_vpc_security_group_egress_rule",
}

_SOURCES: Final = {
    "cidr_blocks": "cidr_ipv4",
    "ipv6_cidr_blocks": "cidr_ipv6",
    "prefix_list_ids": "prefix_list_id",
    "security_groups": "referenced_security_group_id",
}
"""Arguments of a rule within a group, and of one that is a resource of its own."""

_BY_CONTROLLER: Final = "elbv2.k8s.aws/"
"""Descriptions of the rules that the AWS Load Balancer Controller adds for Services.
https://github.com/kubernetes-sigs/aws-load-balancer-controller"""

_ALL: Final = "-1"

Rule = tuple[str, int | None, int | None, str]
"""Protocol, ports and source of a rule."""


def foreign(plan: Mapping[str, Any], elsewhere: Resources) -> dict[str, list[Attribute]]:
    """What is there and belongs to no state, by the address of the resource that has it.

    Args:
        plan: the answer of `terraform show -json`, whose `prior_state` is what was read just now.
        elsewhere: the resources in the states of other stacks.
    """
    root = plan.get("prior_state", {}).get("values", {}).get("root_module", {})
    own = [each for each in root.get("resources", []) if each["mode"] == "managed"]
    known = [*((each["type"], each["values"]) for each in own), *elsewhere]
    found: dict[str, list[Attribute]] = {}
    for each in own:
        more: list[Attribute] = []
        if each["type"] == "aws_security_group":
            more = [*_foreign_rules(each["values"], known)]
        elif each["type"] == "aws_iam_role":
            more = [*_foreign_policies(each["values"], known)]
        if more:
            found[each["address"]] = more
    return found


def _foreign_rules(
    group: Mapping[str, Any], known: Iterable[tuple[str, Mapping[str, Any]]]
) -> Iterator[Attribute]:
    for direction, type_ in _RULES.items():
        rules = {
            _rule(values)
            for each, values in known
            if each == type_ and values.get("security_group_id") == group["id"]
        }
        for block in group.get(direction) or []:
            if (block.get("description") or "").startswith(_BY_CONTROLLER):
                continue
            for rule in _rules(block, group["id"]):
                if rule not in rules:
                    yield Attribute(direction, ABSENT.text, _rule_text(rule))


def _foreign_policies(
    role: Mapping[str, Any], known: Iterable[tuple[str, Mapping[str, Any]]]
) -> Iterator[Attribute]:
    of_role = [(each, values) for each, values in known if values.get("role") == role["name"]]
    attached = {
        values["policy_arn"] for each, values in of_role if each == "aws_iam_role_policy_attachment"
    }
    inline = {values["name"] for each, values in of_role if each == "aws_iam_role_policy"}
    for arn in sorted({*(role.get("managed_policy_arns") or [])} - attached):
        yield Attribute("managed_policy_arns", ABSENT.text, shown(arn))
    names = {each.get("name") or "" for each in role.get("inline_policy") or []}
    for name in sorted(names - inline - {""}):
        yield Attribute("inline_policy", ABSENT.text, shown(name))


def _rule(values: Mapping[str, Any]) -> Rule:
    source = next((values[name] for name in _SOURCES.values() if values.get(name)), "")
    # A group of another account is named with it: `123456789012/sg-1`.
    return _normalized(
        values.get("ip_protocol"), values.get("from_port"), values.get("to_port"), source
    )


def _rules(block: Mapping[str, Any], group: str) -> Iterator[Rule]:
    """The rules of a block, which has several sources."""
    sources = [source for name in _SOURCES for source in block.get(name) or []]
    if block.get("self"):
        sources.append(group)
    for source in sources:
        yield _normalized(
            block.get("protocol"), block.get("from_port"), block.get("to_port"), source
        )


def _normalized(protocol: Any, first: Any, last: Any, source: str) -> Rule:
    name = str(protocol).lower()
    if name in (_ALL, "all"):
        return _ALL, None, None, source
    return name, first, last, source


def _rule_text(rule: Rule) -> str:
    protocol, first, last, source = rule
    if protocol == _ALL:
        return f"all protocols, {source}"
    return f"{protocol} {first if first == last else f'{first}-{last}'}, {source}"
