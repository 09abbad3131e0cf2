"""Checks whether a region can serve all requests; only reads."""

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from runner.check.finding import Finding, NotCheckedError
from runner.check.report import as_data
from runner.failover.checks import (
    backups,
    certificates,
    cluster,
    file_systems,
    nodes,
    secrets,
    switch,
    targets,
    velero,
)
from runner.failover.standby import Standby

Check = Callable[[Standby], Iterator[Finding]]

CHECKS: Final[dict[str, Check]] = {
    "switch": switch.find,
    "targets": targets.find,
    "certificates": certificates.find,
    "cluster": cluster.find,
    "nodes": nodes.find,
    "backups": backups.find,
    "Velero": velero.find,
    "file systems": file_systems.find,
    "secrets": secrets.find,
}
"""The checks by name, in the order of the report."""


def readiness(standby: Standby) -> list[Finding]:
    """All findings in the order of the checks, which run in parallel."""
    with ThreadPoolExecutor(len(CHECKS)) as pool:
        found = pool.map(lambda name: _one(name, standby), CHECKS)
        return [finding for findings in found for finding in findings]


def cannot_serve(findings: Sequence[Finding]) -> bool:
    """Whether a finding says that the region cannot serve."""
    return any(finding.status == "error" for finding in findings)


def line(finding: Finding) -> str:
    """A finding for people."""
    limit = f" ({finding.needed})" if finding.needed else ""
    action = f". {finding.action}" if finding.action else ""
    return f"{finding.status}: {finding.subject}: {finding.found}{limit}{action}"


def as_json(standby: Standby, findings: Sequence[Finding]) -> str:
    """The findings for a machine."""
    document = {"environment": standby.name, "region": standby.aws.region, **as_data(findings)}
    return json.dumps(document, indent=2, ensure_ascii=False)


def _one(name: str, standby: Standby) -> list[Finding]:
    found: list[Finding] = []
    try:
        found += CHECKS[name](standby)
    except NotCheckedError as error:
        found.append(error.finding(name))
    return [replace(finding, check=name) for finding in found]
