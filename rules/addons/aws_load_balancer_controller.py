"""Rules of the AWS Load Balancer Controller."""

from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.problem import Path, Problem
from rules.registration import rule

LOAD_BALANCERS: Final[Path] = ("platform", "aws_load_balancer_controller", "load_balancers")


@rule("platform", "teams")
def load_balancers_can_be_made(environment: Environment) -> Iterator[Problem]:
    """What asks for load balancers needs a controller that may make them."""
    settings = environment.platform.aws_load_balancer_controller
    if settings.load_balancers is not False:
        return
    asking = [(*LOAD_BALANCERS[:-1], "ingresses")] if settings.ingresses else []
    asking += [
        ("teams", name, "namespaces", namespace, "quota", "load_balancers")
        for name, team in environment.teams.items()
        for namespace, its in team.namespaces.items()
        if its.quota.load_balancers
    ]
    for path in asking:
        yield Problem(
            LOAD_BALANCERS,
            f"leaves {'.'.join(map(str, path))} without permissions",
            value=False,
            allowed="true, or nothing",
            involved=(path,),
        )
