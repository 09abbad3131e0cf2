"""Rules of the `guardduty` section."""

from collections.abc import Iterator

from config.environment import Environment
from config.problem import Problem
from rules.registration import rule


@rule("guardduty")
def guardduty_settings_have_effect(environment: Environment) -> Iterator[Problem]:
    """An existing detector is set only with a feature of it."""
    guardduty = environment.guardduty
    if guardduty.detector is not None and not guardduty.enabled:
        message = "has no effect while guardduty.enabled is false"
        yield Problem(("guardduty", "detector"), message, guardduty.detector)
    elif guardduty.organization_members != "none" and not guardduty.enabled:
        path, value = ("guardduty", "organization_members"), guardduty.organization_members
        yield Problem(path, "has no effect while guardduty.enabled is false", value)
    elif (
        guardduty.enabled
        and guardduty.detector
        and guardduty.organization_members == "none"
        and not (guardduty.audit_logs or guardduty.runtime_monitoring)
    ):
        message = "changes nothing: audit_logs and runtime_monitoring are both off"
        yield Problem(("guardduty",), message)
