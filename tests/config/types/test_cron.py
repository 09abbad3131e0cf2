"""The longest interval of cron schedules, and why others are invalid."""

import pytest

from config.types.cron import CronError, longest_gap

HOUR, DAY = 60, 24 * 60


@pytest.mark.parametrize(
    ("schedule", "minutes"),
    [
        ("* * * * *", 1),
        ("*/15 * * * *", 15),
        ("0 * * * *", HOUR),
        ("@hourly", HOUR),
        ("0 */6 * * *", 6 * HOUR),
        ("0 3/8 * * *", 8 * HOUR),
        ("0 3 * * *", DAY),
        ("@daily", DAY),
        ("0 8,20 * * *", 12 * HOUR),
        ("0 9-17 * * *", 16 * HOUR),
        ("0 3 * * mon-fri", 3 * DAY),
        ("30 3 * * SUN", 7 * DAY),
        ("@weekly", 7 * DAY),
        ("0 3 * * 0,3", 4 * DAY),
        ("0 3 1 * *", 31 * DAY),
        ("0 3 31 * ?", 61 * DAY),
        ("0 3 1 jan *", 366 * DAY),
        ("0 3 29 2 *", 1461 * DAY),
        # The first of the month, and every Monday besides.
        ("0 3 1 * mon", 7 * DAY),
    ],
)
def test_the_longest_gap_between_runs(schedule: str, minutes: int) -> None:
    assert longest_gap(schedule) == minutes


@pytest.mark.parametrize(
    ("schedule", "why"),
    [
        ("0 3 * *", "does not have five fields"),
        ("60 3 * * *", "has an impossible minute 60"),
        ("0 24 * * *", "has an impossible hour 24"),
        ("0 3 0 * *", "has an impossible day of the month 0"),
        ("0 3 * * 7", "has an impossible day of the week 7"),
        ("0 3 * * monday", "has an impossible day of the week monday"),
        ("0 5-3 * * *", "has an impossible hour 5-3"),
        ("*/0 * * * *", "has an impossible minute */0"),
        ("0 3 30 2 *", "is never due"),
    ],
)
def test_an_invalid_schedule_is_refused_with_the_reason(schedule: str, why: str) -> None:
    with pytest.raises(CronError) as raised:
        longest_gap(schedule)
    assert str(raised.value) == why
