"""The API versions that Kubernetes stops serving: `removed_apis.yaml`."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

import yaml

from config.settings import Settings
from config.versions import Minor, number
from runner.check.finding import Status

FILE: Final = Path(__file__).with_name("removed_apis.yaml")

Sign = Literal["amazon_linux_2", "ipvs", "containerd_1", "git_repo", "external_ips"]
"""What shows that a change of behaviour matters here."""


class RemovedApi(Settings):
    """An API version that a minor no longer has, or will not have."""

    version: str
    """Group and version, as manifests name them."""

    kinds: list[str]
    """The kinds that it had."""

    deprecated: Minor | None = None
    """The minor that deprecated it."""

    removed: Minor | None = None
    """The first minor without it; none where that is not decided."""

    uncertain: bool = False
    """Whether the sources differ about the removal."""

    replacement: str
    """What to use instead."""

    source: str
    """Address that states it."""

    @property
    def group(self) -> str:
        """Its API group."""
        return self.version.rpartition("/")[0]


class Behaviour(Settings):
    """A change that breaks without a change of an API."""

    minor: Minor
    """The minor that brings it."""

    look: Sign
    """What shows that it matters here."""

    change: str
    """What is different."""

    action: str
    """What to do before."""

    source: str
    """Address that states it."""


class RemovedApis(Settings):
    """The file."""

    apis: list[RemovedApi]
    """API versions."""

    behaviours: list[Behaviour]
    """Changes of behaviour."""


@dataclass(frozen=True)
class Verdict:
    """What the use of an API version means for an upgrade."""

    status: Status
    words: str
    action: str


@cache
def table() -> RemovedApis:
    """Reads the file.

    Raises:
        ValidationError: it does not match the model.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    # Both loaders make plain values only.
    return RemovedApis.model_validate(yaml.load(FILE.read_bytes(), loader))  # noqa: S506


def find(version: str, kind: str) -> RemovedApi | None:
    """The row of an API version; None where it stays.

    Args:
        version: apiVersion of an object, with its group.
    """
    rows = (row for row in table().apis if row.version == version and kind in row.kinds)
    return next(rows, None)


def verdict(version: str, kind: str, target: str) -> Verdict | None:
    """What an upgrade to a minor means for the users of an API version; None for nothing.

    An error where the minor no longer has it, a warning where a later one will not.
    """
    row = find(version, kind)
    if row is None:
        return None
    action = f"Use {row.replacement} ({row.source})."
    if row.removed is None:
        return Verdict("warning", "deprecated; no removal is decided", action)
    gone = number(row.removed) <= number(target)
    if row.uncertain:
        return Verdict("warning", f"perhaps not served from {row.removed} on", action)
    if gone:
        return Verdict("error", f"not served from {row.removed} on", action)
    return Verdict("warning", f"not served from {row.removed} on, after {target}", action)
