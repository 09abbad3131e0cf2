"""API versions that a live cluster still gets requests and manifests for."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from config.versions import number
from runner.check.finding import Finding, NotCheckedError
from runner.upgrade_plan.live_api import LiveApi
from runner.upgrade_plan.removed_apis import table, verdict

METRIC: Final = "apiserver_requested_deprecated_apis"
LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"

_LINE: Final = re.compile(rf"^{METRIC}\{{(?P<labels>[^}}]*)}} (?P<value>\S+)", re.MULTILINE)
_LABEL: Final = re.compile(r'(\w+)="([^"]*)"')


def requested(api: LiveApi, target: str) -> Iterator[Finding]:
    """Deprecated API versions that the API server got requests for since it started.

    Each API server of the control plane counts its own; one of them answers.
    https://kubernetes.io/docs/reference/instrumentation/metrics/
    """
    try:
        text = api.text("/metrics") or ""
    except NotCheckedError as error:
        yield error.finding("requests")
        return
    found = list(_requested(text, target))
    yield from found
    if not found:
        yield Finding("ok", "requests", "none for deprecated API versions")


def _requested(text: str, target: str) -> Iterator[Finding]:
    for line in _LINE.finditer(text):
        labels = dict(_LABEL.findall(line["labels"]))
        if float(line["value"]) == 0:
            continue
        version = "/".join(filter(None, (labels.get("group"), labels.get("version"))))
        removed = labels.get("removed_release", "")
        gone = bool(removed) and number(removed) <= number(target)
        yield Finding(
            "error" if gone else "warning",
            f"{version} {labels.get('resource', '')}".strip(),
            f"requested; not served from {removed} on"
            if removed
            else "requested; deprecated, no removal is decided",
            action="The audit log names the clients: the annotation k8s.io/deprecated is true.",
        )


def written(api: LiveApi, target: str) -> Iterator[Finding]:
    """Objects that were written with an API version that the target or a later minor removes.

    kubectl records the manifest that was applied last, which will be applied again: an error.
    Every other client is in managedFields, which keep the version of its last write: a warning.
    """
    groups = {row.group for row in table().apis}
    kinds = {kind for row in table().apis for kind in row.kinds}
    count = 0
    found: list[Finding] = []
    for served in api.served():
        if served.group in groups and served.kind in kinds:
            try:
                objects = api.objects(served.path)
            except NotCheckedError as error:
                yield error.finding(served.path)
                continue
            count += len(objects)
            for each in objects:
                found += _object(each, served.kind, target)
    yield from found
    if not found:
        yield Finding("ok", "objects", f"{count} of kinds that had other API versions")


def _object(content: dict[str, Any], kind: str, target: str) -> Iterator[Finding]:
    metadata = content["metadata"]
    name = "/".join(filter(None, (metadata.get("namespace"), metadata["name"])))
    applied = _applied(metadata)
    said = verdict(applied, kind, target) if applied else None
    if said is not None:
        yield Finding(
            said.status,
            f"{kind} {name}",
            f"applied as {applied}, {said.words}",
            action=said.action,
        )
    managers: dict[str, set[str]] = {}
    for entry in metadata.get("managedFields") or ():
        version = entry.get("apiVersion", "")
        if version != applied:
            managers.setdefault(version, set()).add(entry.get("manager", "?"))
    for version, names in managers.items():
        said = verdict(version, kind, target)
        if said is not None:
            yield Finding(
                "warning",
                f"{kind} {name}",
                f"written as {version} by {', '.join(sorted(names))}, {said.words}",
                action=said.action,
            )


def _applied(metadata: dict[str, Any]) -> str:
    """The API version of the manifest that was applied last; empty where there is none."""
    text = (metadata.get("annotations") or {}).get(LAST_APPLIED)
    if not text:
        return ""
    try:
        return str(json.loads(text).get("apiVersion", ""))
    except (json.JSONDecodeError, AttributeError):
        return ""
