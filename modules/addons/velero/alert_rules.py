"""The rules of every backup schedule, from those that alerts.yaml has for the default one."""

import re
from collections.abc import Mapping
from typing import Any, Final

from config.addons.velero import BackupSchedule
from config.environment import Environment
from modules.addons.velero.addon import NAME
from modules.addons.velero.schedules import named_schedules

MAX_WINDOW_HOURS: Final = 24
"""Hours that a failed backup fires its alert, unless the next backup comes earlier."""


def rules(environment: Environment, rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rules of an environment's schedules."""
    return rules_of(named_schedules(environment), rules)


def rules_of(
    schedules: Mapping[str, BackupSchedule], rules: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The rules of schedules."""
    example = _values("daily", BackupSchedule())
    made: list[dict[str, Any]] = []
    for name, schedule in sorted(schedules.items()):
        values = dict(zip(example, _values(name, schedule), strict=True))
        made += [_replaced(rule, values) for rule in rules]
    return made


def _values(name: str, schedule: BackupSchedule) -> tuple[str, ...]:
    """What a schedule's rules have of it: name, range, seconds, duration and words."""
    hours = schedule.max_backup_age_hours
    window = min(schedule.interval_hours, MAX_WINDOW_HOURS)
    # The chart prefixes the name with the release's.
    return (f"{NAME}-{name}", f"[{window}h]", f"{hours * 3600}", f"{hours}h", f"{hours} hours")


def _replaced(value: Any, values: Mapping[str, str]) -> Any:
    """All at once, so that no new value is replaced again."""
    if isinstance(value, dict):
        return {key: _replaced(inner, values) for key, inner in value.items()}
    pattern = "|".join(map(re.escape, values))
    return re.sub(pattern, lambda match: values[match[0]], value)
