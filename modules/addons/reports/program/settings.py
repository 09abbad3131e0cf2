"""What the project writes for the program: addresses, names, and what is installed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class ProgramSettings:
    """The content of settings.json.

    Attributes:
        environment: name of the environment.
        cluster: name of the cluster.
        region: its region.
        time_zone: name of the time zone of periods and times.
        teams: namespaces by team.
        controller: the ingress controller, as the names of its queries begin.
        left_out: what is not in the report, each with the reason.
        prometheus: address of Prometheus.
        alertmanager: address of Alertmanager; empty for no announcement.
        grafana: address of Grafana; empty without pictures.
        panels: panels of Grafana that are shown as pictures.
        severity: severity of the announcement.
        s3: address of S3 in the region.
        sts: address of STS in the region.
        console: address of the bucket in the AWS console.
        bucket: the bucket.
        prefix: the folder of this cluster's reports in it.
    """

    environment: str
    cluster: str
    region: str
    time_zone: str
    teams: Mapping[str, list[str]]
    controller: str
    left_out: Mapping[str, str]
    prometheus: str
    alertmanager: str
    grafana: str
    panels: list[Mapping[str, Any]]
    severity: str
    s3: str
    sts: str
    console: str
    bucket: str
    prefix: str

    @property
    def team_of(self) -> dict[str, str]:
        """The team of each namespace that has one."""
        return {name: team for team, names in self.teams.items() for name in names}


def read_settings(file: Path) -> ProgramSettings:
    """Reads them.

    Raises:
        TypeError: the file lacks a key, or has one that is not known.
    """
    return ProgramSettings(**json.loads(file.read_text(encoding="utf-8")))
