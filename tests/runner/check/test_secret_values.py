"""What `make check` says of secrets that a platform in several regions shares."""

from pathlib import Path
from typing import Any

import pytest

from runner.backend.location import Location
from runner.check.aws import AwsReader
from runner.check.checks.secret_values import find
from runner.check.context import CheckContext
from runner.check.dns import Resolver
from runner.check.finding import Finding
from runner.check.needs import Needs
from runner.check.ours import Ours
from support.regions import platform

RECEIVERS = {
    "ops": {
        "slack": [{"url": "alerts-slack:url", "channel": "#ops"}],
        "pagerduty": [{"routing_key": "alerts-pagerduty:key"}],
    }
}


class Answers(AwsReader):
    """AWS with some secrets."""

    def __init__(self, secrets: dict[str, Any]) -> None:
        super().__init__("eu-west-1")
        self._secrets = secrets

    def find(self, service: str, operation: str, region: str | None = None, **given: Any) -> Any:
        assert (service, operation, region) == ("secretsmanager", "describe_secret", None)
        return self._secrets.get(given["SecretId"])


def findings(folder: Path, region: int, secrets: dict[str, Any]) -> dict[str, Finding]:
    """By the last part of the name, of one of the two regions."""
    alertmanager = {"receivers": RECEIVERS, "default_receiver": "ops"}
    environment = platform(
        folder,
        platform={"monitoring": {"alertmanager": alertmanager}},
        replication={"secrets": {"names": ["platform/alerts-slack"]}},
    )[region]
    answers, resolver = Answers(secrets), Resolver()
    ours = Ours([], Location("two-regions", "b", "k", "eu-west-1", "1", "aws", None, False, {}))
    context = CheckContext(environment, Needs([]), answers, ours, resolver)
    return {each.subject.rpartition("/")[2]: each for each in find(context)}


@pytest.mark.parametrize("region", [0, 1])
def test_a_secret_without_a_value_is_no_secret_that_can_be_read(
    tmp_path: Path, region: int
) -> None:
    name = "two-regions/platform/alerts-{}".format
    found = findings(
        tmp_path, region, {name("slack"): {}, name("pagerduty"): {"VersionIdsToStages": {"1": []}}}
    )
    assert (found["alerts-slack"].status, found["alerts-slack"].found) == (
        "warning",
        "has no value",
    )
    assert found["alerts-pagerduty"].status == "ok"


def test_a_missing_secret_is_made_by_the_account_stack_or_by_hand(tmp_path: Path) -> None:
    found = findings(tmp_path, 0, {})
    assert "`make apply STACK=account` makes it" in found["alerts-slack"].action
    assert found["alerts-pagerduty"].action.startswith("Make it:")


def test_a_missing_replica_is_made_by_a_command_that_names_it(tmp_path: Path) -> None:
    found = findings(tmp_path, 1, {})
    assert "account stack of the source" in found["alerts-slack"].action
    assert (
        "--region eu-west-1 --secret-id two-regions/platform/alerts-pagerduty "
        "--add-replica-regions Region=eu-central-1"
    ) in found["alerts-pagerduty"].action
