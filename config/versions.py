"""The version table: add-ons, node images and charts for each Kubernetes minor.

The table is `versions.yaml`. It is read once and validated like an environment, so that a mistake
in it fails at synth and not at apply.
"""

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Final

import yaml
from pydantic import ConfigDict, StringConstraints

from config.settings import Settings

FILE: Final = Path(__file__).with_name("versions.yaml")

Minor = Annotated[str, StringConstraints(pattern=r"^1\.[0-9]{2}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Number = tuple[int, ...]

_DIGITS: Final = re.compile(r"\d+")
_RANGE: Final = re.compile(r"(>=|\^|~)?\s*v?(\d+(?:\.\d+){0,2})(?:-[\w.]+)?")


class Pin(Settings):
    """One version and where it comes from."""

    version: str
    """The version, as AWS names it."""

    source: str
    """Address that states that this version exists and supports the minor."""

    unconfirmed: bool = False
    """Whether the source does not confirm that the version supports this minor."""

    released: date | None = None
    """The day of its release; none where no source said it."""


class ImagePin(Pin):
    """A container image."""

    registry: str
    """The registry that the project publishes it in."""


class ChartPin(Pin):
    """A version of a chart for one Kubernetes minor."""

    digest: Digest | None = None
    """SHA-256 of the version's archive; see Chart."""

    data: str | None = None
    """The version whose values and schema the tests use; see Chart."""


class Bundle(Settings):
    """A file of Kubernetes objects in a project's release, of which we make a chart."""

    address: str
    """The file's address, with `{version}` for the version of the chart."""

    digest: Digest
    """SHA-256 of the file of the version in the table, in hexadecimal digits."""

    def address_of(self, version: str) -> str:
        """The file's address in a release."""
        return self.address.format(version=version)


class KubernetesMinor(Settings):
    """The versions of one Kubernetes minor."""

    upgrades_only: bool = False
    """Whether new clusters should not start on it: it is here for clusters that leave it."""

    standard_support_ends: date
    """Last day of EKS's standard support."""

    extended_support_ends: date
    """Last day of EKS's extended support, which costs six times as much."""

    source: str
    """Address that states the dates."""

    addons: dict[str, Pin]
    """EKS add-ons by their names in EKS."""

    amis: dict[str, Pin]
    """Releases of the node images: `al2023` and `bottlerocket`."""

    images: dict[str, ImagePin]
    """Container images whose version belongs to the minor, by their path in a registry."""


class Chart(Settings):
    """A Helm chart."""

    version: str
    """Version of the chart."""

    digest: Digest | None = None
    """SHA-256 of the archive of this version, in hexadecimal digits; none where no repository was
    asked yet."""

    data: str | None = None
    """The version whose values and schema the tests use, where those of `version` were not to be
    had."""

    released: date | None = None
    """The day on which this version was released; none where no source said it."""

    versions: dict[Minor, ChartPin] = {}
    """Other versions, for the Kubernetes minors on which the project does not test this one."""

    chart: str | None = None
    """Name in the repository, where it differs from the key."""

    repository: str
    """The repository: https:// or oci://."""

    oci: str | None = None
    """Address in an OCI registry, where the project publishes there too."""

    kubernetes: str | None = None
    """The Kubernetes versions that the chart itself accepts (its kubeVersion)."""

    minimums: dict[Minor, str] = {}
    """Oldest chart version for each Kubernetes minor, where the project publishes it."""

    bundle: Bundle | None = None
    """The file of which `make fetch-charts` makes the chart, where the project publishes none."""

    source: str
    """Address that states version, range or minimums."""


class Security(Settings):
    """The oldest versions without a known vulnerability, with their advisories."""

    addons: dict[str, Pin]
    """EKS add-ons by their names in EKS."""

    charts: dict[str, Pin]
    """Charts by their name in this project."""


class Versions(Settings):
    """The whole table."""

    model_config = ConfigDict(strict=False)

    as_of: date
    """The day on which the table was last compared with its sources."""

    kubernetes: dict[Minor, KubernetesMinor]
    """The versions of each minor."""

    charts: dict[str, Chart]
    """The charts by their name in this project."""

    images: dict[str, ImagePin]
    """Container images that add-ons set themselves, by their path in a registry."""

    plugins: dict[str, Pin]
    """Plugins of Grafana by their id, which Grafana downloads."""

    security: Security
    """The oldest versions without a known vulnerability."""


@cache
def table() -> Versions:
    """Reads the table.

    Raises:
        ValidationError: the file does not match the model.
    """
    return read(FILE)


def read(file: Path) -> Versions:
    """Reads a table from another file; raises as `table` does."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    # Both loaders make plain values only.
    return Versions.model_validate(yaml.load(file.read_bytes(), loader))  # noqa: S506


def minors() -> tuple[str, ...]:
    """The Kubernetes minors of the table, the oldest first."""
    return tuple(sorted(table().kubernetes, key=number))


def nearest_minor(minor: str) -> str:
    """The minor of the table that is nearest to another; of two equally near, the newer one."""
    wanted = number(minor)[1]
    return min(reversed(minors()), key=lambda known: abs(number(known)[1] - wanted))


def addon(name: str, minor: str) -> str:
    """The version of an EKS add-on."""
    return table().kubernetes[minor].addons[name].version


def ami(family: str, minor: str) -> str:
    """The release of a node image, as `release_version` of a node group.

    Args:
        family: al2023 or bottlerocket.
    """
    return table().kubernetes[minor].amis[family].version


def image(path: str, minor: str) -> str:
    """The version of a container image that belongs to a Kubernetes minor.

    Args:
        path: its path in a registry.
    """
    return table().kubernetes[minor].images[path].version


def chart_version(name: str, minor: str) -> str:
    """The version of a chart for a Kubernetes minor."""
    chart = table().charts[name]
    return chart.versions[minor].version if minor in chart.versions else chart.version


def chart_digest(chart: str, version: str) -> str | None:
    """SHA-256 of the archive of a chart's version, where the table has it.

    Args:
        chart: its name in its repository.
    """
    for key, entry in table().charts.items():
        if (entry.chart or key) == chart:
            for pin in (entry, *entry.versions.values()):
                if pin.version == version and pin.digest is not None:
                    return pin.digest
    return None


def bundle_of(chart: str) -> Bundle | None:
    """The file of which a chart is made; None for charts that their projects publish.

    Args:
        chart: its name in its repository.
    """
    found = table().charts.get(chart)
    return None if found is None else found.bundle


def chart_fits(name: str, version: str, minor: str) -> bool:
    """Whether a chart version supports a Kubernetes minor."""
    chart = table().charts[name]
    minimum = chart.minimums.get(minor)
    if minimum is not None and number(version) < number(minimum):
        return False
    return chart.kubernetes is None or in_range(minor, chart.kubernetes)


def nearest_chart(name: str, minor: str) -> str:
    """The oldest version of a chart that supports a minor, else the version of the table."""
    return table().charts[name].minimums.get(minor) or chart_version(name, minor)


def in_range(minor: str, wanted: str) -> bool:
    """Whether a minor is within a chart's kubeVersion range.

    Args:
        minor: for example `1.35`.
        wanted: one or more of `>=`, `^` and `~` with a version, separated by commas or spaces.

    Raises:
        ValueError: the range has another form.
    """
    have = number(minor)[:2]
    parts = _RANGE.findall(wanted)
    if not parts or _RANGE.sub("", wanted).strip(" ,"):
        raise ValueError(f"unknown form of a version range: {wanted!r}")
    for operator, text in parts:
        low = (*number(text), 0)[:2]
        if have < low:
            return False
        if operator == "^" and have[0] != low[0]:
            return False
        if operator in {"~", ""} and have != low:
            return False
    return True


def number(version: str) -> Number:
    """The numbers of a version, to compare it by: `v1.21.1-eksbuild.3` is (1, 21, 1, 3)."""
    return tuple(int(digits) for digits in _DIGITS.findall(version))
