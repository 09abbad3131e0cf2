"""The versions of an environment, and how old they are."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from config import versions
from config.environment import Environment
from runner.manifest import Stack
from runner.versions.rows import day_of

OWN_CHART: Final = "./assets/"
"""Where the chart of the project's custom resources is, which has no version."""


@dataclass(frozen=True)
class Software:
    """A version in use.

    Attributes:
        kind: what it is.
        where: a namespace of Kubernetes; empty for what is not in one.
        released: the day of its release; None where the version table does not have it.
        pinned: whether it is the version of the table, and not one of the file.
        known_since: the day of the table, in which it stands at the latest.
        today: the day that its age is for.
    """

    kind: str
    name: str
    version: str
    where: str
    released: date | None
    pinned: bool
    known_since: date
    today: date

    @property
    def days(self) -> int | None:
        """Its age in days; None where nothing is known of it."""
        if self.released:
            return max((self.today - self.released).days, 0)
        return max((self.today - self.known_since).days, 0) if self.pinned else None

    @property
    def age(self) -> str:
        """Its age as text."""
        if self.days is None:
            return "unknown: set in the file"
        if self.released:
            return _days(self.days)
        return f"at least {_days(self.days)}" if self.days else "unknown"


@dataclass(frozen=True)
class MinorSupport:
    """The Kubernetes minor of a cluster."""

    minor: str
    standard_ends: date
    extended_ends: date
    today: date

    @property
    def state(self) -> str:
        """What is left of its support."""
        for name, ends in (("standard", self.standard_ends), ("extended", self.extended_ends)):
            if self.today <= ends:
                return f"{name} support for {_days((ends - self.today).days)} more, until {ends}"
        return f"support ended on {self.extended_ends}"


def support(environment: Environment, today: date) -> MinorSupport | None:
    """The support of the cluster's minor; None where the table does not have it."""
    minor = environment.cluster.version
    entry = versions.table().kubernetes.get(minor)
    if entry is None:
        return None
    return MinorSupport(minor, entry.standard_support_ends, entry.extended_support_ends, today)


def software(environment: Environment, stacks: Sequence[Stack], today: date) -> list[Software]:
    """The add-ons of EKS, the node images and the charts in the JSON of an environment."""
    resources = [stack.document.get("resource", {}) for stack in stacks]
    found: dict[Software, None] = {}
    for each in resources:
        for kind in (_eks_addons, _images, _charts):
            found |= dict.fromkeys(kind(each, environment, today))
    return list(found)


def _eks_addons(
    resources: dict[str, dict[str, dict[str, str]]], environment: Environment, today: date
) -> Iterator[Software]:
    minor = versions.table().kubernetes.get(environment.cluster.version)
    for body in resources.get("aws_eks_addon", {}).values():
        name, version = body["addon_name"], body["addon_version"]
        pin = minor.addons.get(name) if minor else None
        released = pin.released if pin and pin.version == version else None
        pinned = pin is not None and pin.version == version
        yield _software("EKS add-on", name, version, "", released, pinned, today)


def _images(
    resources: dict[str, dict[str, dict[str, str]]], _: Environment, today: date
) -> Iterator[Software]:
    pins = {
        pin.version for minor in versions.table().kubernetes.values() for pin in minor.amis.values()
    }
    for body in resources.get("aws_eks_node_group", {}).values():
        if version := body.get("release_version"):
            name, pinned = str(body["ami_type"]), version in pins
            yield _software("Node image", name, version, "", day_of(version), pinned, today)


def _charts(
    resources: dict[str, dict[str, dict[str, str]]], _: Environment, today: date
) -> Iterator[Software]:
    table = versions.table().charts
    by_chart = {(chart.chart or key): chart for key, chart in table.items()}
    for body in resources.get("helm_release", {}).values():
        if body["chart"].startswith(OWN_CHART):
            continue
        name = re.sub(r"-v?\d[\w.+-]*\.tgz$", "", body["chart"].rpartition("/")[2])
        chart = by_chart.get(name)
        version = body.get("version") or (chart.version if chart else "")
        pins = [chart, *chart.versions.values()] if chart else []
        pin = next((each for each in pins if each.version == version), None)
        released = pin.released if pin else None
        yield _software(
            "Chart", body["name"], version, body["namespace"], released, pin is not None, today
        )


def _software(
    kind: str,
    name: str,
    version: str,
    where: str,
    released: date | None,
    pinned: bool,
    today: date,
) -> Software:
    known = versions.table().as_of
    return Software(kind, name, version, where, released, pinned, known, today)


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"
