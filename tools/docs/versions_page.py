"""The page of versions: `python -m tools.docs` writes docs/versions.md.

It tells the dates of the table and compares them with no clock: a synth does not depend on the
day that it is made on.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from config import versions

FILE: Final = Path(__file__).parents[2] / "docs" / "versions.md"

_INTRODUCTION: Final = """\
# Versions

<!-- Written by `make docs` from config/versions.yaml. -->

What the generator pins for each Kubernetes minor, from
[versions.yaml](../config/versions.yaml), where a change begins. Charts are on the pages of
[their add-ons](addons).

When standard support of a minor ends, EKS charges six times as much for a cluster, or upgrades it
by itself, as `cluster.upgrade_policy` says. When extended support ends, it upgrades in any case.

| Kubernetes | Standard support ends | Extended support ends | Not confirmed |
| --- | --- | --- | --- |"""

_NOT_CONFIRMED: Final = """\
Where a version is not confirmed, no source with a link names it for this very minor. Compare it
before the first apply:

```console
aws eks describe-addon-versions --kubernetes-version 1.34 --addon-name snapshot-controller \\
  --query 'addons[].addonVersions[].addonVersion'
```

A version of your own goes into `cluster.addons.<name>.version`."""


def text() -> str:
    """Returns the page as the text of its file."""
    minors = sorted(versions.table().kubernetes.items(), reverse=True)
    lines = [_INTRODUCTION, *(_support(minor, entry) for minor, entry in minors)]
    lines += ["", _NOT_CONFIRMED]
    for minor, entry in minors:
        lines += ["", *_pins(minor, entry)]
    return "\n".join([*lines, ""])


def _support(minor: str, entry: versions.KubernetesMinor) -> str:
    waiting = [name for name, pin in entry.addons.items() if pin.unconfirmed]
    ends = f"{entry.standard_support_ends} | {entry.extended_support_ends}"
    return f"| [{minor}](#kubernetes-{minor.replace('.', '')}) | {ends} | {', '.join(waiting)} |"


def _pins(minor: str, entry: versions.KubernetesMinor) -> Iterator[str]:
    yield from (f"## Kubernetes {minor}", "")
    yield from (f"Dates: {_source(entry.source)}.", "")
    yield from ("| What | Version | Source |", "| --- | --- | --- |")
    for name, pin in entry.addons.items():
        yield _row(f"`{name}`", pin)
    for name, pin in entry.amis.items():
        yield _row(f"Node image `{name}`", pin)


def _row(what: str, pin: versions.Pin) -> str:
    doubt = "**not confirmed:** " if pin.unconfirmed else ""
    return f"| {what} | {pin.version} | {doubt}{_source(pin.source)} |"


def _source(source: str) -> str:
    """A source with its link short enough for a table."""
    address, _, rest = source.partition(" ")
    if not address.startswith("https://"):
        return source
    address = address.rstrip(",")
    project = "/".join(address.removeprefix("https://").removeprefix("github.com/").split("/")[:2])
    return f"[{project}]({address}) {rest}".rstrip()
