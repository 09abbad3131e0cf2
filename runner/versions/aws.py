"""What AWS has: builds of EKS add-ons, releases of node images, dates of support."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from config.versions import Number, number
from runner.versions.rows import Answer, Row, UnansweredError

PARAMETERS: Final = {
    "al2023": (
        "/aws/service/eks/optimized-ami/{minor}/amazon-linux-2023/x86_64/standard/recommended/"
        "release_version"
    ),
    "bottlerocket": "/aws/service/bottlerocket/aws-k8s-{minor}/x86_64/latest/image_version",
}
"""Public parameters of SSM by node image.
https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id.html"""

ADDONS: Final = "https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAddonVersions.html"
AMIS: Final = "https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id.html"

_LIMITS: Final = Config(
    connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 2}
)


@dataclass(frozen=True)
class Support:
    """The last days of EKS's support of a minor."""

    standard: date
    extended: date


class Aws:
    """AWS with the credentials and the region of the environment variables."""

    def __init__(self, session: boto3.Session, today: date) -> None:
        """Asks nothing yet."""
        self._session = session
        self._today = today
        self._clients: dict[str, Any] = {}
        self._lock = Lock()
        self._unreachable: UnansweredError | None = None

    def answer(self, row: Row) -> Answer:
        """What AWS says about an EKS add-on or a node image.

        Raises:
            UnansweredError: AWS did not answer.
        """
        ask = self._addon if row.kind == "EKS add-on" else self._ami
        with self._errors():
            return ask(row, str(row.minor))

    def support(self) -> dict[str, Support]:
        """The minors that EKS offers, those with dates only.

        Raises:
            UnansweredError: AWS did not answer.
        """
        with self._errors():
            pages = self._client("eks").get_paginator("describe_cluster_versions").paginate()
            found: list[dict[str, Any]] = [
                each for page in pages for each in page["clusterVersions"]
            ]
        keys = ("endOfStandardSupportDate", "endOfExtendedSupportDate")
        return {
            each["clusterVersion"]: Support(*(each[key].date() for key in keys))
            for each in found
            if all(key in each for key in keys)
        }

    def _addon(self, row: Row, minor: str) -> Answer:
        paginator = self._client("eks").get_paginator("describe_addon_versions")
        pages = paginator.paginate(kubernetesVersion=minor, addonName=row.name)
        offered: list[str] = [
            version["addonVersion"]
            for page in pages
            for addon in page["addons"]
            for version in addon["addonVersions"]
        ]
        if not offered:
            raise UnansweredError(f"offers no build of {row.name} for {minor}", "EKS")
        newest = max(offered, key=number)
        note = "" if row.pin in offered else "EKS does not offer the pinned build"
        fitting = max(newest, row.pin, key=number)
        return Answer(newest, fitting, source=self._source(ADDONS, minor), note=note)

    def _ami(self, row: Row, minor: str) -> Answer:
        name = PARAMETERS[row.name].format(minor=minor)
        newest: str = self._client("ssm").get_parameter(Name=name)["Parameter"]["Value"]
        older = _release(row.name, newest) < _release(row.name, row.pin)
        return Answer(newest, row.pin if older else newest, source=self._source(AMIS, minor))

    def _source(self, page: str, minor: str) -> str:
        return f"{page} (asked for {minor} on {self._today})"

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turns AWS's refusals into UnansweredError; asks no more once AWS cannot be reached."""
        if self._unreachable:
            raise self._unreachable
        try:
            if self._session.get_credentials() is None:
                raise NoCredentialsError
            yield
        except ClientError as error:
            raise UnansweredError(str(error), "AWS") from error
        except BotoCoreError as error:
            self._unreachable = UnansweredError(str(error), "AWS")
            raise self._unreachable from error

    def _client(self, service: str) -> Any:
        # Clients may be shared by threads, but not made by several at a time.
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._session.client(service, config=_LIMITS)
            return self._clients[service]


def _release(family: str, version: str) -> Number:
    """The numbers of a release; what Bottlerocket has after the hyphen is a commit."""
    return number(version if family == "al2023" else version.partition("-")[0])
