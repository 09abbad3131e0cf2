"""What was changed outside Terraform, and what is no such change (M7)."""

from typing import Any

from runner.plan_page.model import Attribute, Change
from runner.plan_page.outside import outside
from support.plans import change, plan_of

GROUP = "aws_eks_node_group.system"


def drift(
    before: dict[str, Any], after: dict[str, Any], given: dict[str, Any], **lifecycle: Any
) -> tuple[tuple[Change, ...], int]:
    plan = plan_of(
        drift=[change(GROUP, "update", before=before, after=after)], expressions={GROUP: given}
    )
    resource = {"lifecycle": lifecycle} if lifecycle else {}
    return outside(plan, {"resource": {"aws_eks_node_group": {"system": resource}}})


def test_a_setting_that_was_changed_is_shown_with_both_values() -> None:
    (found,), by_itself = drift({"version": "1.35"}, {"version": "1.36"}, {"version": None})
    assert found == Change(GROUP, "update", attributes=(Attribute("version", '"1.35"', '"1.36"'),))
    assert by_itself == 0


def test_what_no_setting_gives_is_counted_only() -> None:
    before = {"status": "ACTIVE", "block": [{"size": 1, "computed": "a"}]}
    after = {"status": "UPDATING", "block": [{"size": 1, "computed": "b"}]}
    assert drift(before, after, {"block": {"size": None}}) == ((), 2)


def test_what_the_configuration_ignores_is_counted_only() -> None:
    before = {"scaling_config": [{"desired_size": 2, "max_size": 4}]}
    after = {"scaling_config": [{"desired_size": 3, "max_size": 5}]}
    given = {"scaling_config": {"desired_size": None, "max_size": None}}
    (found,), by_itself = drift(
        before, after, given, ignore_changes=["scaling_config[0].desired_size"]
    )
    assert [each.path for each in found.attributes] == ["scaling_config[0].max_size"]
    assert by_itself == 1
    assert drift(before, after, given, ignore_changes="all") == ((), 2)


def test_a_resource_that_is_gone_is_shown() -> None:
    plan = plan_of(drift=[change("aws_vpc.vpc", "delete", before={"id": "vpc-1"})])
    assert outside(plan, {}) == (
        (Change("aws_vpc.vpc", "destroy", reason="it no longer exists"),),
        0,
    )


def test_a_rule_of_the_default_security_group_is_found_although_it_is_given_none() -> None:
    address = "aws_default_security_group.default"
    entry = change(address, "update", before={"ingress": []}, after={"ingress": [FOREIGN]})
    (found,), by_itself = outside(
        plan_of(drift=[entry], expressions={address: {"vpc_id": None}}), {}
    )
    assert [each.path for each in found.attributes] == ["ingress"]
    assert by_itself == 0


def rule(**more: Any) -> dict[str, Any]:
    """A rule as it stands within a security group."""
    return {"protocol": "tcp", "from_port": 443, "to_port": 443, "description": "", **more}


def group(*ingress: dict[str, Any]) -> dict[str, Any]:
    return {"id": "sg-1", "ingress": list(ingress), "egress": []}


OWN = {
    "security_group_id": "sg-1",
    "ip_protocol": "tcp",
    "from_port": 443,
    "to_port": 443,
    "cidr_ipv4": "10.0.0.0/16",
}
FOREIGN = rule(cidr_blocks=["0.0.0.0/0"], from_port=22, to_port=22)


def rules(found: tuple[tuple[Change, ...], int]) -> list[str]:
    return [attribute.after for each in found[0] for attribute in each.attributes]


def test_a_rule_that_belongs_to_no_stack_is_found_although_no_setting_gives_it() -> None:
    state = {
        "aws_security_group.nodes": group(
            rule(cidr_blocks=["10.0.0.0/16"]), rule(security_groups=["sg-lb"]), FOREIGN
        ),
        "aws_vpc_security_group_ingress_rule.own": OWN,
    }
    elsewhere = {**OWN, "cidr_ipv4": None, "referenced_security_group_id": "sg-lb"}
    others = [("aws_vpc_security_group_ingress_rule", elsewhere)]
    assert rules(outside(plan_of(state=state), {}, others)) == ["tcp 22, 0.0.0.0/0"]
    # Without the other stack's state its rule would be taken for a foreign one.
    assert rules(outside(plan_of(state=state), {}, None)) == []
    assert len(rules(outside(plan_of(state=state), {}, []))) == 2


def test_rules_of_the_load_balancer_controller_are_expected() -> None:
    block = rule(cidr_blocks=["0.0.0.0/0"], description="elbv2.k8s.aws/targetGroupBinding=shared")
    assert outside(plan_of(state={"aws_security_group.nodes": group(block)}), {}) == ((), 0)


def test_rules_for_all_protocols_are_recognized_in_both_forms() -> None:
    state = {
        "aws_security_group.nodes": group(
            rule(protocol="-1", from_port=0, to_port=0, self=True, cidr_blocks=[])
        ),
        "aws_vpc_security_group_ingress_rule.own": {
            "security_group_id": "sg-1",
            "ip_protocol": "-1",
            "referenced_security_group_id": "sg-1",
        },
    }
    assert outside(plan_of(state=state), {}) == ((), 0)


def test_a_policy_that_was_attached_to_a_role_is_found() -> None:
    own, other = "arn:aws:iam::aws:policy/Own", "arn:aws:iam::aws:policy/AdministratorAccess"
    state = {
        "aws_iam_role.r": {
            "name": "dev-role",
            "managed_policy_arns": [own, other],
            "inline_policy": [{"name": "parameters"}, {"name": "by-hand"}],
        },
        "aws_iam_role_policy_attachment.own": {"role": "dev-role", "policy_arn": own},
        "aws_iam_role_policy.own": {"role": "dev-role", "name": "parameters"},
    }
    assert rules(outside(plan_of(state=state), {})) == [f'"{other}"', '"by-hand"']
