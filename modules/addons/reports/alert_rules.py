"""The rules of an environment's reports, from those that alerts.yaml has for the weekly one."""

import re
from collections.abc import Mapping
from typing import Any

from config.addons.reports import WeeklyReport
from config.environment import Environment
from modules.addons.reports.objects import NAME, cron_job_name


def rules(environment: Environment, rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rules of the reports that are made."""
    settings = environment.platform.reports
    namespace = settings.namespace or NAME
    example = _values(NAME, "weekly", WeeklyReport())
    made: list[dict[str, Any]] = []
    for period, schedule in settings.schedules.items():
        values = dict(zip(example, _values(namespace, period, schedule), strict=True))
        made += [_replaced(rule, values) for rule in rules]
    return made


def _values(namespace: str, period: str, schedule: WeeklyReport) -> tuple[str, ...]:
    """What the rules have of a report: namespace, name, seconds and words."""
    hours = schedule.max_age_hours
    return (
        f'namespace="{namespace}"',
        cron_job_name(period),
        f"{hours * 3600}",
        f"{hours} hours",
    )


def _replaced(value: Any, values: Mapping[str, str]) -> Any:
    """All at once, so that no new value is replaced again."""
    if isinstance(value, dict):
        return {key: _replaced(inner, values) for key, inner in value.items()}
    pattern = "|".join(map(re.escape, values))
    return re.sub(pattern, lambda match: values[match[0]], value)
