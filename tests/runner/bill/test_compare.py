"""The difference of two bills, and what plans would save."""

from decimal import Decimal
from pathlib import Path

from runner.bill.commitments import what_if
from runner.bill.compare import changes
from support.bills import bill_of_resources, price_book

GROUP = {"instance_types": ["m6g.large"], "scaling_config": {"desired_size": 2}}


def test_what_is_equal_is_no_change_and_all_else_is() -> None:
    before = bill_of_resources({"aws_kms_key.same": {}, "aws_kms_key.gone": {}, "aws_eip.one": {}})
    after = bill_of_resources(
        {"aws_kms_key.same": {}, "aws_eip.one": {"count": 2}, "aws_eip.new": {}}
    )
    found = {
        each.address: (each.before, each.after, each.difference) for each in changes(before, after)
    }
    assert found == {
        "aws_eip.one": (Decimal("3.65"), Decimal("7.30"), Decimal("3.65")),
        "aws_eip.new": (None, Decimal("3.65"), Decimal("3.65")),
        "aws_kms_key.gone": (Decimal("1.00"), None, Decimal("-1.00")),
    }
    assert sum(each.difference for each in changes(before, after)) == after.total - before.total


def test_more_of_something_without_a_price_is_a_change_without_a_number(tmp_path: Path) -> None:
    book = price_book(tmp_path, "eu-west-1", {})
    before = bill_of_resources({"aws_eip.one": {}}, book=book)
    after = bill_of_resources({"aws_eip.one": {"count": 2}}, book=book)
    (change,) = changes(before, after)
    assert change.address == "aws_eip.one"
    assert change.without_price
    assert changes(after, after) == []


def test_a_plan_saves_its_share_of_the_hours_on_demand() -> None:
    spot = GROUP | {"capacity_type": "SPOT"}
    made = {"aws_eks_node_group.one": GROUP, "aws_eks_node_group.two": spot}
    bill = bill_of_resources(made, bill={"karpenter_nodes": {"default": 0}})
    (line,) = [line for line in bill.lines if line.item.instance and not line.item.spot]
    by_plan = {each.plan.name: each for each in what_if(bill)}
    standard = by_plan["Standard RI, 3 years, all upfront"]
    assert standard.covered == standard.covered_fixed == line.amount
    assert standard.saved == (line.amount * Decimal("0.628")).quantize(Decimal("0.01"))
    assert standard.plan.mark == "derived"
    savings = by_plan["Compute Savings Plan, 3 years, no upfront"]
    assert savings.saved == (line.amount / 2).quantize(Decimal("0.01"))
    assert savings.plan.mark == "memory"


def test_rates_of_one_region_are_not_used_in_another() -> None:
    made = {"aws_eks_node_group.one": GROUP}
    bill = bill_of_resources(made, region="eu-central-1")
    assert not any("RI" in each.plan.name for each in what_if(bill))


def test_assumed_hours_are_covered_but_not_fixed_and_types_without_a_rate_are_named() -> None:
    pool = {"default": {"instance_types": ["m7g.2xlarge"], "architectures": ["arm64"]}}
    bill = bill_of_resources(
        {"aws_eks_node_group.one": GROUP | {"instance_types": ["c6a.large"]}},
        platform={"karpenter": {"node_pools": pool}},
        bill={"karpenter_nodes": {"default": 1}, "spot_percent": 0},
    )
    plan = next(each for each in what_if(bill) if each.plan.name.startswith("Compute"))
    assert plan.covered > plan.covered_fixed == plan.saved_fixed == 0
    assert plan.without_rate == ("c6a.large",)
