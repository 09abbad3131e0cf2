"""Time zone names: the same on every machine."""

import zoneinfo

import pytest

from config.types.time_zones import time_zones


def test_time_zones_are_those_of_the_package_tzdata(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(zoneinfo, "TZPATH", ())
    time_zones.cache_clear()
    assert {"UTC", "Europe/Dublin", "America/Argentina/Buenos_Aires", "EST5EDT"} <= time_zones()
    assert time_zones() < zoneinfo.available_timezones()
    assert "Factory" not in time_zones()
