"""What the repositories of charts and container images have."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final, Protocol

import yaml

from config.versions import Chart, in_range, number
from runner.charts.repository import CHART
from runner.versions.rows import Answer, Row, UnansweredError
from runner.versions.web import Registry, get

_RELEASE: Final = re.compile(r"v?\d+\.\d+\.\d+")
"""The beginning of a release; what follows is its variant, such as the distribution of an image."""
"""A version without a suffix: no pre-release."""


@dataclass(frozen=True)
class Published:
    """One version of a chart: its day, the Kubernetes range that it declares, its digest."""

    day: date | None = None
    kubernetes: str | None = None
    digest: str | None = None


class Source(Protocol):
    """Where the versions of one chart are."""

    def versions(self) -> list[str]:
        """All versions."""
        ...

    def published(self, version: str) -> Published:
        """One of them."""
        ...


class Indexes:
    """Chart repositories with an index.yaml, each of which is fetched once."""

    def __init__(self) -> None:
        """Fetches nothing yet."""
        self.entries = cache(_entries)


class IndexedChart:
    """A chart in a repository with an index."""

    def __init__(self, entries: Callable[[str], dict[str, Any]], address: str, name: str) -> None:
        """Fetches nothing yet."""
        self._entries, self._address, self._name = entries, address, name

    def versions(self) -> list[str]:
        """All versions."""
        return [str(each["version"]) for each in self._found()]

    def published(self, version: str) -> Published:
        """One of them."""
        for each in self._found():
            if str(each["version"]) == version:
                digest = _digest(each.get("digest"))
                return Published(_day(each.get("created")), each.get("kubeVersion"), digest)
        return Published()

    def _found(self) -> list[dict[str, Any]]:
        found = self._entries(self._address).get(self._name)
        if not found:
            raise UnansweredError(f"has no chart {self._name}", self._address)
        return found


class RegistryChart:
    """A chart in an OCI registry."""

    def __init__(self, address: str) -> None:
        """Asks nothing yet."""
        host, _, path = address.removeprefix("oci://").partition("/")
        self._registry = Registry(host, path)

    def versions(self) -> list[str]:
        """All versions."""
        return self._registry.tags()

    def published(self, version: str) -> Published:
        """One of them."""
        manifest = self._registry.manifest(version)
        day = manifest.get("annotations", {}).get("org.opencontainers.image.created")
        # The configuration of a chart is its Chart.yaml. https://helm.sh/docs/topics/registries/
        metadata = self._registry.blob(manifest["config"]["digest"])
        layers = manifest.get("layers", ())
        digests = [_digest(each["digest"]) for each in layers if each.get("mediaType") == CHART]
        return Published(_day(day), metadata.get("kubeVersion"), next(iter(digests), None))


def chart_answer(row: Row, chart: Chart, indexes: Indexes) -> Answer:
    """What a chart's repository says about a row; its OCI address is asked where that fails.

    Raises:
        UnansweredError: nothing answers.
    """
    name = chart.chart or row.name
    sources: list[Source] = []
    if chart.repository.startswith("oci://"):
        sources.append(RegistryChart(f"{chart.repository}/{name}"))
    else:
        sources.append(IndexedChart(indexes.entries, chart.repository, name))
        if chart.oci is not None:
            sources.append(RegistryChart(chart.oci))
    first: UnansweredError | None = None
    for source in sources:
        try:
            return _chart_answer(row, chart, source)
        except UnansweredError as error:
            first = first or error
    raise first or UnansweredError("has no repository", row.name)


def image_answer(row: Row, registry: str) -> Answer:
    """What a registry says about a container image: newer patches fit.

    Raises:
        UnansweredError: it does not answer.
    """
    found = _releases(Registry(registry, row.name).tags(), row.pin)
    if not found:
        raise UnansweredError(f"has no release of {row.name}", registry)
    fitting = [each for each in found if number(each)[:2] == number(row.pin)[:2]]
    return Answer(found[0], _newer(fitting, row.pin))


def _chart_answer(row: Row, chart: Chart, source: Source) -> Answer:
    found = _releases(source.versions(), row.pin)
    if not found:
        raise UnansweredError(f"has no release of {row.name}", chart.repository)
    # A new major has other values. A version for one minor is there for what newer ones lack.
    same = 1 if row.minor is None else 2
    alike = [each for each in found if number(each)[:same] == number(row.pin)[:same]]
    fitting = next(
        (
            each
            for each in alike
            if number(each) > number(row.pin)
            and _runs_on(row.minors, chart, each, source.published(each).kubernetes)
        ),
        row.pin,
    )
    note = "a newer major is by hand" if number(found[0])[0] > number(row.pin)[0] else ""
    pinned = source.published(row.pin)
    if None not in (row.digest, pinned.digest) and pinned.digest != row.digest:
        note = f"its archive has been replaced: the digest is {pinned.digest} now"
    digest = (pinned if fitting == row.pin else source.published(fitting)).digest
    return Answer(found[0], fitting, published=pinned.day, note=note, digest=digest)


def _runs_on(minors: Sequence[str], chart: Chart, version: str, kubernetes: str | None) -> bool:
    """Whether a version of a chart declares and, where that is known, supports the minors."""
    lowest = [chart.minimums[minor] for minor in minors if minor in chart.minimums]
    if any(number(version) < number(each) for each in lowest):
        return False
    try:
        return kubernetes is None or all(in_range(minor, kubernetes) for minor in minors)
    except ValueError:
        return False


def _releases(found: Sequence[str], pin: str) -> list[str]:
    """Releases that are written like the pinned one, the newest first."""
    alike = (each for each in found if each.startswith("v") == pin.startswith("v"))
    variant = _variant(pin)
    return sorted((each for each in alike if _variant(each) == variant), key=number, reverse=True)


def _variant(version: str) -> str | None:
    """What follows the numbers of a release; None for what is no release."""
    found = _RELEASE.match(version)
    return version[found.end() :] if found else None


def _newer(found: Sequence[str], pin: str) -> str:
    return max((*found, pin), key=number)


def _entries(address: str) -> dict[str, Any]:
    body, _ = get(f"{address.rstrip('/')}/index.yaml")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        # An index may be JSON, which is read a hundred times faster. Both make plain values only.
        index = json.loads(body) if body[:1] == b"{" else yaml.load(body, loader)  # noqa: S506
        return index["entries"]
    except (ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        raise UnansweredError("has no index of charts", address) from error


def _digest(value: Any) -> str | None:
    found = re.fullmatch(r"(?:sha256:)?([0-9a-f]{64})", str(value))
    return found[1] if found else None


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    try:
        return datetime.fromisoformat(str(value)[:10]).date()
    except ValueError:
        return None
