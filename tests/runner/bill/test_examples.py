"""The bills of all examples: every type of resource is accounted for (M1)."""

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from rules.load import EXAMPLES, load
from runner.bill.lines import MonthlyBill
from runner.bill.resource import resources_of
from runner.bill.rules import RULES, types
from runner.manifest import by_environment, read_manifest
from support.bills import DAY, bill_of_example
from support.output import Output

PROJECT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def bills(output: Output) -> dict[str, MonthlyBill]:
    return {each.name: bill_of_example(output, each) for each in load([EXAMPLES])}


def test_every_type_of_every_example_is_priced_free_or_not_counted(
    bills: dict[str, MonthlyBill],
) -> None:
    assert len(bills) > 20
    unknown = {name for bill in bills.values() for name in bill.unknown}
    assert unknown == set(), "say in runner/bill/types.yaml what they cost, or why nothing"


def test_no_type_is_in_two_lists() -> None:
    known = types()
    lists = (known.priced.keys(), known.free.keys(), known.not_counted.keys(), RULES.keys())
    counted = Counter(name for names in lists for name in names)
    assert [name for name, times in counted.items() if times > 1] == []


def test_types_that_cost_nothing_have_a_reason() -> None:
    reasons = (*types().free.values(), *types().not_counted.values())
    assert all(len(reason) > 10 for reason in reasons)


def test_every_type_that_is_free_or_not_counted_is_in_an_example(
    bills: dict[str, MonthlyBill],
) -> None:
    used = {name for bill in bills.values() for name in bill.counts}
    assert {*types().free, *types().not_counted, *RULES} - used == set()


def test_every_line_of_an_example_has_a_price(bills: dict[str, MonthlyBill]) -> None:
    missing = {
        (name, *line.key, line.region)
        for name, bill in bills.items()
        for line in bill.without_price
    }
    assert missing == set()


def test_a_resource_is_priced_in_its_own_region(bills: dict[str, MonthlyBill]) -> None:
    regions = {
        line.address: line.region for line in bills["prod"].lines if "replica" in line.address
    }
    assert set(regions.values()) == {"eu-central-1"}
    (alarm, _) = (
        line
        for line in bills["two-regions-euc1"].lines
        if line.address.startswith("aws_cloudwatch_metric_alarm.")
    )
    assert alarm.region == "us-east-1"


def test_every_resource_with_hours_is_in_the_bill_of_prod(output: Output) -> None:
    (loaded,) = load([EXAMPLES / "prod.yaml"])
    stacks = by_environment(read_manifest(output.path))["prod"]
    wanted = {
        each.address
        for each in resources_of(stacks, loaded.region)
        if each.type
        in {"aws_nat_gateway", "aws_eip", "aws_lb", "aws_eks_node_group", "aws_kms_key"}
    }
    lines = {line.address for line in bill_of_example(output, loaded).lines}
    assert wanted
    assert wanted <= lines


def test_the_sums_of_the_stacks_are_the_sum_of_the_bill(bills: dict[str, MonthlyBill]) -> None:
    for bill in bills.values():
        parts = [bill.marked(mark) for mark in ("listed", "derived", "memory")]
        assert sum(parts, Decimal(0)) == bill.total == bill.fixed + bill.assumed
        assert bill.fixed > 0
        assert bill.assumed > 0


def test_the_table_of_the_second_region_has_the_prices_of_the_bill(
    bills: dict[str, MonthlyBill],
) -> None:
    bill = bills["two-regions-euc1"]
    page = (PROJECT / "docs" / "regions.md").read_text(encoding="utf-8")
    written = dict(re.findall(r"^\| ([^|]+?) \| \d+ \| [^|]+ \| ([\d.]+) \|", page, re.MULTILINE))

    def cost(*whats: str, types_: tuple[str, ...]) -> Decimal:
        return sum(
            (
                line.amount
                for line in bill.lines
                if line.item.what in whats and line.address.startswith(types_)
            ),
            Decimal(0),
        )

    assert written["Control plane"] == str(cost("hours", types_=("aws_eks_cluster.",)))
    assert written["NAT gateways"] == str(cost("hours", types_=("aws_nat_gateway.",)))
    nodes = cost("m7g.xlarge", types_=("aws_eks_node_group.",))
    assert written["System nodes, `m7g.xlarge`"] == str(nodes)
    volumes = cost("gp3 volumes", types_=("aws_eks_node_group.",))
    assert written["Their volumes, 50 GiB of gp3 each"] == str(volumes)
    balancer = cost("hours", types_=("aws_lb.",))
    assert written["Load balancer, without capacity units"] == str(balancer)


def test_readme_has_the_sums_of_dev_and_prod(bills: dict[str, MonthlyBill]) -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    for name in ("dev", "prod"):
        bill = bills[name]
        text = f"`{name}` {bill.total} USD ({bill.fixed} fixed, {bill.assumed} assumed)"
        assert text in " ".join(readme.split())
    assert f"known on {DAY}" in " ".join(readme.split())


def test_a_load_balancer_that_clusters_share_is_in_the_bill_of_its_owner(
    bills: dict[str, MonthlyBill],
) -> None:
    def balancers(name: str) -> list[str]:
        lines = (line.address for line in bills[name].lines)
        return sorted({address for address in lines if address.startswith("aws_lb.")})

    assert len(balancers("shop-blue")) == 1
    assert balancers("shop-green") == []
    assert any("bill of shop-blue" in note for note in bills["shop-green"].notes)
    assert any("serves shop-green" in note for note in bills["shop-blue"].notes)
    assert len(balancers("intranet")) == 2


def test_an_internal_load_balancer_has_no_public_addresses(bills: dict[str, MonthlyBill]) -> None:
    addresses = [line for line in bills["corporate"].lines if "public IPv4" in line.item.what]
    assert addresses == []
    (zone,) = [line for line in bills["intranet"].lines if line.item.what == "hosted zone"]
    assert zone.amount == Decimal("0.50")


def test_a_private_certificate_authority_is_named_as_not_counted(
    bills: dict[str, MonthlyBill],
) -> None:
    named = {name for name, bill in bills.items() if any("Private CA" in n for n in bill.notes)}
    assert named == {"corporate"}


def test_nodes_of_eks_auto_mode_come_from_pools_alone(bills: dict[str, MonthlyBill]) -> None:
    bill = bills["auto-mode"]
    assert not any(line.address.startswith("aws_eks_node_group.") for line in bill.lines)
    assert any(line.item.fee and line.amount for line in bill.lines)
