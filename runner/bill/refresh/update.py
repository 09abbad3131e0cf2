"""Writes the prices of a region anew, with what AWS's price list has."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from config.reading.nearest import nearest
from config.types.regions import PARTITION_OF
from runner.bill.prices import DATA, FOLDER, Tier
from runner.bill.refresh.offers import SERVER, Offer, PriceRow, offer
from runner.errors import RunnerError

SOURCE: Final = "aws-price-list"

EC2: Final = "AmazonEC2"

INSTANCES: Final[Mapping[str, str]] = {
    "operatingsystem": "Linux",
    "tenancy": "Shared",
    "preinstalledsw": "NA",
    "capacitystatus": "Used",
    "licensemodel": "No License required",
    "operation": "RunInstances",
}
"""What a row of an instance type on demand has, besides the usage type `BoxUsage:<type>`."""

BOX: Final = "BoxUsage:"

_OWN: Final = frozenset({"offer", "usagetype", "multiply_by", "divide_by", "checked"})
"""What an entry of offers.json has besides columns of the file."""


@dataclass
class FetchedPrices:
    """What the files had for the keys of a region.

    Attributes:
        kept: keys whose price stays as it was, with the reason.
    """

    prices: dict[str, dict[str, Any]] = field(default_factory=dict)
    instances: dict[str, str] = field(default_factory=dict)
    instances_date: str = ""
    kept: dict[str, str] = field(default_factory=dict)


@cache
def offers() -> dict[str, dict[str, Any]]:
    """Where the price of each key stands in AWS's price list."""
    return json.loads((DATA / "offers.json").read_text(encoding="utf-8"))


def refresh_all(regions: Sequence[str], say: Callable[[str], None], server: str) -> None:
    """Refreshes several regions.

    Raises:
        RunnerError: one of them is no AWS region, or has prices in another currency; then nothing
            was fetched.
    """
    for region in regions:
        partition = PARTITION_OF.get(region)
        if partition is None:
            hint = nearest(region, PARTITION_OF)
            suggestion = f"; did you mean {hint}?" if hint else "."
            raise RunnerError(f"{region} is no AWS region{suggestion}", 2)
        if partition == "aws-cn":
            raise RunnerError(f"{region}: AWS's prices in China are in CNY, the bill is in USD.", 2)
    for region in regions:
        refresh(region, say, server)


def refresh(
    region: str, say: Callable[[str], None], server: str = SERVER, folder: Path = FOLDER
) -> None:
    """Fetches the prices of a region and writes its file.

    A key that AWS's files do not have, or have with several prices, keeps the price it had, with
    its date and source. Services whose file cannot be fetched are named, and keep theirs as well.

    Raises:
        RunnerError: no file could be fetched.
    """
    found, units = FetchedPrices(), _units()
    by_offer: dict[str, list[str]] = {}
    for key, entry in offers().items():
        by_offer.setdefault(entry["offer"], []).append(key)
    answered = 0
    for code, keys in sorted(by_offer.items()):
        try:
            with offer(server, code, region) as file:
                _read(file, code, keys, found, units)
            answered += 1
        except RunnerError as error:
            say(str(error))
            found.kept |= dict.fromkeys(keys, f"no file of {code}")
    if not answered:
        raise RunnerError(f"No file of AWS's price list for {region} could be fetched.")
    path = folder / f"{region}.json"
    old = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    path.write_text(document(region, old, found), encoding="utf-8")
    prices, types = len(found.prices), len(found.instances)
    say(f"{region}: {prices} prices and {types} instance types are those of AWS's price list.")
    for key, reason in sorted(found.kept.items()):
        say(f"Kept as it was: {key}: {reason}.")


def document(region: str, old: Mapping[str, Any], found: FetchedPrices) -> str:
    """The file of a region: what was found, and else what it had; a line for each price."""
    prices = {**old.get("prices", {}), **found.prices}
    instances = dict(old.get("instances", {"prices": {}}))
    if found.instances:
        instances = {
            "unit": "instance-hour",
            "mark": "listed",
            "source": SOURCE,
            "date": found.instances_date,
            "prices": found.instances,
        }
    facts = [
        f'"{key}": {json.dumps(value)},' for key, value in instances.items() if key != "prices"
    ]
    types = sorted(instances["prices"].items(), key=lambda each: _family(each[0]))
    families = [
        ", ".join(f'"{type_}": "{price}"' for type_, price in group)
        for _, group in groupby(types, key=lambda each: _family(each[0]))
    ]
    lines = [
        "{",
        f'"region": "{region}",',
        '"currency": "USD",',
        '"prices": {',
        *_separated([f'"{key}": {json.dumps(prices[key])}' for key in sorted(prices)]),
        "},",
        '"instances": {',
        *facts,
        '"prices": {',
        *_separated(families),
        "}",
        "}",
        "}",
    ]
    return "\n".join(lines) + "\n"


def _read(
    file: Offer, code: str, keys: list[str], found: FetchedPrices, units: Mapping[str, str]
) -> None:
    tiers: dict[str, set[Tier]] = {key: set() for key in keys}
    # A file that ends too early must not leave half of the instance types.
    instances: dict[str, str] = {}
    for row in file.rows:
        for key in keys:
            if _matches(row, offers()[key]):
                tiers[key].add(row.tier)
        if code == EC2 and (type_ := _instance_type(row)):
            instances[type_] = _text(row.tier.price)
    if instances:
        found.instances, found.instances_date = instances, file.published
    for key, several in tiers.items():
        ordered = sorted(several, key=lambda tier: tier.start)
        if reason := _unusable(ordered):
            found.kept[key] = reason
            continue
        found.prices[key] = _entry(offers()[key], ordered, units[key], file.published)


def _matches(row: PriceRow, entry: Mapping[str, Any]) -> bool:
    if not row.is_of(entry["usagetype"]):
        return False
    columns = {
        name.replace("_", "").lower(): value for name, value in entry.items() if name not in _OWN
    }
    return all(row.fits(name, value) for name, value in columns.items())


def _instance_type(row: PriceRow) -> str:
    _, _, type_ = row["usagetype"].partition(BOX)
    wanted = all(row.fits(name, value) for name, value in INSTANCES.items())
    return type_ if wanted and type_ and row.is_of(BOX + type_) and row.tier.price else ""


def _unusable(tiers: list[Tier]) -> str:
    """Why tiers are no price: they must begin at 0 and each where the one before ends."""
    if not any(tier.price for tier in tiers):
        return "the file has no price of it"
    ends = [Decimal(0), *(tier.end for tier in tiers)]
    if [tier.start for tier in tiers] != ends[:-1] or ends[-1] is not None:
        return "the file has several prices of it"
    return ""


def _entry(
    entry: Mapping[str, Any], tiers: list[Tier], unit: str, published: str
) -> dict[str, Any]:
    """A price in the unit of the key: AWS's of a single request, for example, times 10,000."""
    factor = Decimal(entry.get("multiply_by", 1)) / Decimal(entry.get("divide_by", 1))
    listed = [
        [
            _text(tier.start / factor),
            None if tier.end is None else _text(tier.end / factor),
            _text(tier.price * factor),
        ]
        for tier in tiers
    ]
    price = {"price": listed[0][2]} if len(listed) == 1 else {"tiers": listed}
    return {"unit": unit, **price, "mark": "listed", "source": SOURCE, "date": published}


def _units() -> dict[str, str]:
    """The units of the keys, which the prices of us-east-1 have all."""
    prices = json.loads((FOLDER / "us-east-1.json").read_text(encoding="utf-8"))["prices"]
    return {key: prices[key]["unit"] for key in offers()}


def _family(type_: str) -> str:
    return type_.partition(".")[0]


def _separated(rows: list[str]) -> list[str]:
    return [*(f"{row}," for row in rows[:-1]), *rows[-1:]]


def _text(number: Decimal) -> str:
    return f"{number.normalize():f}"
