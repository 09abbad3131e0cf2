"""A Kubernetes minor is refused or warned of by its dates and the date of the version table."""

from datetime import date, timedelta

import pytest

from config import versions
from support.environments import environment, problems, warned

TABLE = versions.table()
MINOR = "1.35"
STANDARD = TABLE.kubernetes[MINOR].standard_support_ends
EXTENDED = TABLE.kubernetes[MINOR].extended_support_ends
PATH = ("cluster", "version")
DAY = timedelta(days=1)


def on(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """Dates the version table."""
    dated = TABLE.model_copy(update={"as_of": day})
    monkeypatch.setattr(versions, "table", lambda: dated)


def found(policy: str) -> tuple[dict[str, str], list[str]]:
    """What is refused, with the suggestion for each message, and what is warned of."""
    cluster = {"version": MINOR, "upgrade_policy": policy}
    refused = {each.message: each.suggestion for each in problems(environment(cluster=cluster))}
    return refused, [] if refused else list(warned(cluster=cluster).values())


@pytest.mark.parametrize("policy", ["standard", "extended"])
def test_a_minor_in_standard_support_is_accepted(
    monkeypatch: pytest.MonkeyPatch, policy: str
) -> None:
    on(monkeypatch, STANDARD - 61 * DAY)
    assert found(policy) == ({}, [])


@pytest.mark.parametrize("days", [60, 0])
def test_the_end_of_standard_support_is_warned_of_sixty_days_before(
    monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    on(monkeypatch, STANDARD - days * DAY)
    near = "is near the end of its standard support, 2027-03-27"
    assert found("standard") == ({}, [f"{near}: EKS upgrades the cluster then; upgrade to 1.36"])
    price = "the cluster costs $438 instead of $73 a month from then on; upgrade to 1.36"
    assert found("extended") == ({}, [f"{near}: {price}"])


def test_extended_support_is_refused_or_warned_of_with_its_price(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    on(monkeypatch, STANDARD + DAY)
    refused, _ = found("standard")
    [(message, suggestion)] = refused.items()
    assert message.startswith("is out of standard support since 2027-03-27: with cluster.upgrade")
    assert suggestion == "1.36"
    _, warnings = found("extended")
    [message] = warnings
    assert "since 2027-03-27: the cluster costs $438 instead of $73 a month" in message
    assert message.endswith("until EKS upgrades it on 2028-03-27; upgrade to 1.36")


@pytest.mark.parametrize("policy", ["standard", "extended"])
def test_after_extended_support_no_policy_helps(
    monkeypatch: pytest.MonkeyPatch, policy: str
) -> None:
    on(monkeypatch, EXTENDED + DAY)
    refused, _ = found(policy)
    [message] = refused
    assert message.startswith("is out of extended support since 2028-03-27")


def test_the_day_is_the_tables_and_not_todays() -> None:
    """1.34 ends four days after the table was compared: a warning, on every day."""
    assert "2026-12-02" in warned(cluster={"version": "1.34"})[PATH]
    assert problems(environment(cluster={"version": "1.34", "upgrade_policy": "standard"})) == []
    assert PATH not in warned(cluster={"version": "1.36"})
