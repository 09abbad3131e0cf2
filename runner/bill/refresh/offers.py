"""AWS's price list files: one CSV file for each service and region, read as a stream.

https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-ppslong.html
"""

import csv
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from http.client import HTTPException
from io import TextIOWrapper
from typing import Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from runner.bill.prices import Tier
from runner.errors import RunnerError

SERVER: Final = "https://pricing.us-east-1.amazonaws.com"
"""Where AWS publishes the files, without a login."""

CHINA_SERVER: Final = "https://pricing.cn-north-1.amazonaws.com.cn"
"""The same for AWS in China, whose prices are in CNY, so that the bill has none of them."""

GLOBAL_OFFERS: Final = frozenset({"AmazonRoute53"})
"""Services without regions: one file for all."""

SECONDS: Final = 60

_METADATA: Final = 5
"""Lines before the names of the columns."""

PREFIX: Final = r"(?:(?:[A-Z]{2,4}[0-9]{0,2}|[a-z]{2}(?:-[a-z]+)+-[0-9])-)?"
"""The region in front of a usage type, for example EUC1- or eu-west-1-; us-east-1 has none."""


@dataclass(frozen=True)
class PriceRow:
    """One price of a product on demand.

    Attributes:
        columns: all columns, by their names in small letters and without spaces.
    """

    columns: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """A column; empty where the file lacks it."""
        return self.columns.get(name, "")

    @property
    def tier(self) -> Tier:
        """The price and the quantities that it is for."""
        end = self["endingrange"]
        limit = None if end in {"", "Inf"} else Decimal(end)
        return Tier(Decimal(self["startingrange"] or 0), limit, Decimal(self["priceperunit"]))

    def is_of(self, usage_type: str) -> bool:
        """Whether it is of a usage type, whatever the region in front of it."""
        return bool(re.fullmatch(PREFIX + re.escape(usage_type), self["usagetype"]))

    def fits(self, column: str, value: str) -> bool:
        """Whether a column has a value; also where the file lacks the column."""
        return column not in self.columns or self.columns[column] == value


@dataclass(frozen=True)
class Offer:
    """The file of a service.

    Attributes:
        published: the day of its publication.
        rows: its prices on demand in AWS regions, in USD.
    """

    published: str
    rows: Iterator[PriceRow]


@contextmanager
def offer(server: str, code: str, region: str) -> Iterator[Offer]:
    """Opens the file of a service for a region.

    Args:
        server: scheme and host.
        code: the service, for example AmazonEC2.

    Raises:
        RunnerError: there is no such file, or no network.
    """
    place = "" if code in GLOBAL_OFFERS else f"/{region}"
    url = f"{server}/offers/v1.0/aws/{code}/current{place}/index.csv"
    if not url.startswith(("https://", "http://")):
        raise RunnerError(f"{server} is no address of the web.", 2)
    request = Request(url, headers={"User-Agent": "eks-platform"})  # noqa: S310 -- see above
    try:
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            lines = csv.reader(TextIOWrapper(answer, encoding="utf-8", newline=""))
            metadata = dict(line[:2] for _, line in zip(range(_METADATA), lines, strict=False))
            yield Offer(metadata["Publication Date"][:10], _rows(lines))
    except HTTPError as error:
        error.close()
        raise RunnerError(f"{url}: HTTP {error.code}") from error
    except (OSError, HTTPException) as error:
        raise RunnerError(f"{url}: {getattr(error, 'reason', error)}") from error
    except (KeyError, ValueError, InvalidOperation, csv.Error) as error:
        raise RunnerError(f"{url} is no price list: {error}") from error


def _rows(lines: Iterator[list[str]]) -> Iterator[PriceRow]:
    names = [re.sub(r"[^a-z0-9]", "", name.lower()) for name in next(lines, [])]
    for line in lines:
        row = PriceRow(dict(zip(names, line, strict=False)))
        # Local Zones have files of their region, and prices of their own.
        local = row["locationtype"] not in {"", "AWS Region"}
        if row["termtype"] == "OnDemand" and row["currency"] == "USD" and not local:
            yield row
