"""The prices of AWS by region, each with its date and source."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from config.derived.accelerators import has_nvidia_gpus

DATA: Final = Path(__file__).parent
FOLDER: Final = DATA / "prices"
"""One file for each region; `make prices` writes them."""

Mark: TypeAlias = Literal["listed", "derived", "memory"]
"""Where a price comes from: a document that lists it, a calculation, or no document at all."""

MARKS: Final[tuple[Mark, ...]] = ("listed", "derived", "memory")


@dataclass(frozen=True)
class Tier:
    """The price of a part of a month's quantity.

    Attributes:
        start: quantity above which it applies.
        end: quantity up to which it applies; None for all above `start`.
        price: USD per unit.
    """

    start: Decimal
    end: Decimal | None
    price: Decimal


@dataclass(frozen=True)
class Price:
    """A price.

    Attributes:
        unit: what one of the quantity is, for example `gateway-hour`.
        tiers: one, or several that begin where the one before ends.
        source: a key of sources.json.
        date: year, month or day from which the price is.
    """

    unit: str
    tiers: tuple[Tier, ...]
    mark: Mark
    source: str
    date: str

    @property
    def first(self) -> Decimal:
        """USD per unit in the first tier that costs something."""
        return next((tier.price for tier in self.tiers if tier.price), Decimal(0))

    def amount(self, quantity: Decimal) -> Decimal:
        """USD for a quantity, not rounded."""
        total = Decimal(0)
        for tier in self.tiers:
            end = quantity if tier.end is None else min(quantity, tier.end)
            total += max(end - tier.start, Decimal(0)) * tier.price
        return total


class RegionPrices:
    """The prices of one region: those of its file, and of no other."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        """Reads nothing before it is asked."""
        self._document = document

    def get(self, key: str) -> Price | None:
        """The price of a key, for example `nat_gateway.zonal_hour`; None where there is none."""
        entry = self._document.get("prices", {}).get(key)
        return None if entry is None else _price(entry, _tiers(entry))

    def instance(self, instance_type: str) -> Price | None:
        """USD per hour of an instance type, on demand, Linux, shared tenancy."""
        entry = self._document.get("instances", {})
        price = entry.get("prices", {}).get(instance_type)
        return None if price is None else _price(entry, (Tier(Decimal(0), None, Decimal(price)),))

    def __iter__(self) -> Iterator[Price]:
        """All prices but those of instance types."""
        for entry in self._document.get("prices", {}).values():
            yield _price(entry, _tiers(entry))


class PriceBook:
    """The prices of all regions."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Reads nothing before it is asked."""
        self._folder = folder
        self._read: dict[str, RegionPrices] = {}

    @property
    def regions(self) -> list[str]:
        """The regions that there are prices of."""
        return sorted(file.stem for file in self._folder.glob("*.json"))

    def region(self, name: str) -> RegionPrices:
        """The prices of a region; none where there is no file of it."""
        if name not in self._read:
            file = self._folder / f"{name}.json"
            self._read[name] = RegionPrices(_document(file) if file.is_file() else {})
        return self._read[name]


@dataclass(frozen=True)
class DiscountPlan:
    """A Savings Plan or reservation: what it takes off the on-demand price, by family.

    Attributes:
        region: the region that the rates are of; empty where their source names none.
        off: fractions by family.
    """

    name: str
    region: str
    mark: Mark
    source: str
    date: str
    off: Mapping[str, Decimal]


class Rates:
    """What Savings Plans, reservations and Spot take off, and what EKS Auto Mode adds."""

    @cached_property
    def plans(self) -> tuple[DiscountPlan, ...]:
        """The plans."""
        return tuple(
            DiscountPlan(
                each["plan"],
                each["region"],
                each["mark"],
                each["source"],
                each["date"],
                {family: Decimal(rate) for family, rate in each["off"].items()},
            )
            for each in _document(DATA / "commitments.json")["plans"]
        )

    def spot(self, region: str, on_demand: Price, family: str) -> Price | None:
        """The price of a Spot Instance: that on demand, less what the family saves on average."""
        percent = self._spot["regions"].get(region, {}).get(family)
        if percent is None:
            return None
        price = on_demand.first * (100 - percent) / 100
        unit = f"{on_demand.unit}, Spot at {percent} % off"
        date, source = self._spot["date"], self._spot["source"]
        return Price(unit, (Tier(Decimal(0), None, price),), "derived", source, date)

    def auto_mode(self, on_demand: Price, instance_type: str) -> Price:
        """The fee of EKS Auto Mode for an hour: a share of the price on demand, also with Spot."""
        fee = _document(DATA / "auto_mode.json")
        percent = fee["percent_with_gpus" if has_nvidia_gpus(instance_type) else "percent"]
        price = on_demand.first * Decimal(percent) / 100
        unit = f"{on_demand.unit}, {percent} % of on demand"
        return Price(unit, (Tier(Decimal(0), None, price),), "derived", fee["source"], fee["date"])

    @cached_property
    def _spot(self) -> dict[str, Any]:
        return _document(DATA / "spot.json")


@cache
def sources() -> dict[str, str]:
    """What each source is."""
    return _document(DATA / "sources.json")


def _document(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text(encoding="utf-8"))


def _price(entry: Mapping[str, Any], tiers: tuple[Tier, ...]) -> Price:
    return Price(entry["unit"], tiers, entry["mark"], entry["source"], entry["date"])


def _tiers(entry: Mapping[str, Any]) -> tuple[Tier, ...]:
    if "price" in entry:
        return (Tier(Decimal(0), None, Decimal(entry["price"])),)
    return tuple(
        Tier(Decimal(start), None if end is None else Decimal(end), Decimal(price))
        for start, end, price in entry["tiers"]
    )
