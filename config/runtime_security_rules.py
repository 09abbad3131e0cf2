"""Rules of runtime security."""

from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.problem import Problem

FALCO: Final = ("platform", "falco")


def falco_has_somebody_to_tell(environment: Environment) -> Iterator[Problem]:
    """What Falco finds goes to Alertmanager, which has to be there."""
    settings = environment.platform.falco
    if settings.enabled and settings.alerts and not environment.platform.monitoring.enabled:
        message = "needs Alertmanager, and platform.monitoring is switched off"
        yield Problem((*FALCO, "alerts"), message, value=True, allowed="false")
