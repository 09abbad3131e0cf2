"""Panels of Grafana as pictures of the period, from its image renderer.

https://grafana.com/docs/grafana/latest/setup-grafana/image-rendering/
"""

import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any, Final

from .period import Period
from .settings import ProgramSettings

TIMEOUT_SECONDS: Final = 90

PNG: Final = b"\x89PNG\r\n\x1a\n"
"""What a PNG begins with."""


def pictures(settings: ProgramSettings, period: Period) -> dict[str, bytes | str]:
    """The pictures by title; instead of one that Grafana does not make, why."""
    return {str(each["title"]): _picture(settings, period, each) for each in settings.panels}


def _picture(settings: ProgramSettings, period: Period, panel: Mapping[str, Any]) -> bytes | str:
    token = os.environ.get("GRAFANA_TOKEN", "")
    url = address(settings, period, panel)
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310
            picture = response.read()
    except urllib.error.HTTPError as error:
        return f"Grafana answered HTTP {error.code}."
    except OSError as error:
        return f"Grafana did not answer: {error}."
    return picture if picture.startswith(PNG) else "Grafana answered with no picture."


def address(settings: ProgramSettings, period: Period, panel: Mapping[str, Any]) -> str:
    """The address of a picture."""
    whole = panel["panel"] is None
    fields = {
        "orgId": 1,
        "from": round(period.start.timestamp() * 1000),
        "to": round(period.end.timestamp() * 1000),
        "tz": settings.time_zone,
        "width": panel["width"],
        "height": panel["height"],
        "theme": "light",
        "timeout": TIMEOUT_SECONDS - 10,
        **({"kiosk": "true"} if whole else {"panelId": panel["panel"]}),
    }
    path = f"render/{'d' if whole else 'd-solo'}/{panel['dashboard']}/report"
    return f"{settings.grafana}/{path}?{urllib.parse.urlencode(fields)}"
