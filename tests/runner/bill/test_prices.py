"""The prices of the project: each has a date and a source, and no region borrows another's."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from config.types.regions import PARTITION_OF
from runner.bill.prices import FOLDER, MARKS, Price, PriceBook, Rates, Tier, sources
from runner.bill.refresh.update import FetchedPrices, document, offers
from support.bills import amounts, bill_of_resources, price_book

FILES = sorted(FOLDER.glob("*.json"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_price_has_a_date_a_source_and_a_mark(file: Path) -> None:
    read = json.loads(file.read_text())
    assert read["region"] == file.stem
    assert file.stem in PARTITION_OF
    assert read["currency"] == "USD"
    prices = PriceBook().region(file.stem)
    types = read["instances"]["prices"]
    found = [*prices, *filter(None, map(prices.instance, types))]
    for each in found:
        assert each.mark in MARKS
        assert each.source in sources()
        assert (each.mark == "memory") == (each.source == "memory")
        assert not each.date or re.fullmatch(r"20\d\d(-\d\d){0,2}", each.date)
        assert each.unit
        assert all(tier.price >= 0 for tier in each.tiers)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_is_as_a_refresh_writes_it(file: Path) -> None:
    text = file.read_text()
    assert document(file.stem, json.loads(text), FetchedPrices()) == text


def test_tiers_follow_each_other_and_have_no_gap() -> None:
    for name in PriceBook().regions:
        for price in PriceBook().region(name):
            ends = [Decimal(0), *(tier.end for tier in price.tiers)]
            assert [tier.start for tier in price.tiers] == ends[:-1]
            assert ends[-1] is None


def test_an_amount_takes_each_tier_for_its_part() -> None:
    tiers = (
        Tier(Decimal(0), Decimal(100), Decimal(0)),
        Tier(Decimal(100), Decimal(1100), Decimal("0.09")),
        Tier(Decimal(1100), None, Decimal("0.05")),
    )
    price = Price("GB", tiers, "listed", "memory", "2026")
    quantities = {50: 0, 100: 0, 200: 9, 1100: 90, 2100: 140}
    for quantity, amount in quantities.items():
        assert price.amount(Decimal(quantity)) == amount
    assert price.first == Decimal("0.09")


def test_a_region_without_a_price_borrows_none(tmp_path: Path) -> None:
    book = price_book(tmp_path, "eu-west-1", {"kms.key_month": "1"})
    made = {"aws_kms_key.here": {}, "aws_kms_key.there": {"region": "eu-north-1"}}
    bill = bill_of_resources(made, book=book)
    assert amounts(bill) == {("aws_kms_key.here", "key"): Decimal("1.00")}
    missing = {(line.address, line.region) for line in bill.without_price}
    assert ("aws_kms_key.there", "eu-north-1") in missing


def test_a_region_that_the_project_has_no_prices_of_has_no_amount() -> None:
    bill = bill_of_resources({"aws_kms_key.one": {}}, region="mx-central-1")
    assert bill.total == 0
    assert {line.region for line in bill.without_price} == {"mx-central-1"}


def test_spot_prices_are_marked_as_derived() -> None:
    on_demand = PriceBook().region("eu-west-1").instance("m7g.large")
    assert on_demand
    spot = Rates().spot("eu-west-1", on_demand, "m7g")
    assert spot
    assert spot.mark == "derived"
    assert Rates().spot("us-east-2", on_demand, "m7g") is None


def test_each_price_that_a_refresh_can_fetch_is_one_of_the_bill() -> None:
    keys = json.loads((FOLDER / "us-east-1.json").read_text())["prices"].keys()
    assert offers().keys() <= keys
    # What goes from one region to another has a price for each pair of them.
    assert keys - offers().keys() == {"data_transfer.inter_region_gb"}
