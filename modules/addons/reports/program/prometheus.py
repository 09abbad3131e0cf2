"""Reads metrics of a period by Prometheus' HTTP API.

https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries
"""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import isfinite
from typing import Any, Final

from .period import HOUR, Period
from .queries import ALERT_STEP, QUERIES

TIMEOUT_SECONDS: Final = 120


class QueryError(Exception):
    """Prometheus did not answer a query; the message says which one, and why."""


@dataclass(frozen=True)
class Series:
    """The values of one set of labels, by the time at which each hour or step ends."""

    labels: Mapping[str, str]
    values: Mapping[int, float]

    @property
    def total(self) -> float:
        """The sum of all values."""
        return sum(self.values.values())

    @property
    def mean(self) -> float | None:
        """The mean of the values; None without any."""
        return self.total / len(self.values) if self.values else None

    @property
    def last(self) -> float | None:
        """The newest value; None without any."""
        return self.values[max(self.values)] if self.values else None


Reader = Callable[[str], list[Series]]
"""Returns the series of a query by its name in QUERIES."""


def reader(address: str, period: Period) -> Reader:
    """Returns a function that reads the metrics of a period, each query once."""

    @cache
    def read(name: str) -> list[Series]:
        step = ALERT_STEP if name == "alerts" else HOUR
        start, end = int(period.start.timestamp()), int(period.end.timestamp())
        fields = {"query": QUERIES[name], "start": start + step, "end": end, "step": step}
        # A request with a body may be longer than a URL.
        body = urllib.parse.urlencode(fields | {"timeout": f"{TIMEOUT_SECONDS}s"}).encode()
        return _series(_answer(f"{address}/api/v1/query_range", body, name), name)

    return read


def _answer(url: str, body: bytes, name: str) -> bytes:
    try:
        with urllib.request.urlopen(url, body, TIMEOUT_SECONDS + 10) as response:  # noqa: S310
            return response.read()
    except urllib.error.HTTPError as error:
        raise QueryError(f"query {name}: HTTP {error.code}: {_reason(error.read())}") from error
    except OSError as error:
        raise QueryError(f"query {name}: {error}") from error


def _reason(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        return body[:200].decode(errors="replace")


def _series(answer: bytes, name: str) -> list[Series]:
    try:
        return [_one(each) for each in json.loads(answer)["data"]["result"]]
    except (ValueError, KeyError, TypeError) as error:
        raise QueryError(f"query {name}: unexpected answer: {answer[:200]!r}") from error


def _one(result: Mapping[str, Any]) -> Series:
    """A division of nothing by nothing is not a number, and counts as no value."""
    values = ((round(time), float(value)) for time, value in result["values"])
    return Series(result["metric"], {time: value for time, value in values if isfinite(value)})


def by_label(series: Iterable[Series], label: str) -> dict[str, Series]:
    """Series by the value of a label; several with the same value are added up."""
    found: dict[str, dict[int, float]] = {}
    for each in series:
        values = found.setdefault(each.labels.get(label, ""), {})
        for time, value in each.values.items():
            values[time] = values.get(time, 0.0) + value
    return {name: Series({label: name}, values) for name, values in sorted(found.items())}


def added(series: Iterable[Series]) -> Series:
    """The sum of series, time by time."""
    return by_label((Series({}, each.values) for each in series), "").get("", Series({}, {}))
