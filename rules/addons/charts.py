"""Rules of the sources of charts and images."""

from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.problem import Path, Problem
from rules.registration import rule

CHARTS: Final[Path] = ("platform", "charts")


@rule("platform")
def charts_have_one_source(environment: Environment) -> Iterator[Problem]:
    """Charts come from a folder or from a mirror."""
    charts = environment.platform.charts
    if charts.folder is not None and charts.mirror is not None:
        message = "has no effect: the charts come from platform.charts.folder"
        yield Problem((*CHARTS, "mirror"), message, charts.mirror)


@rule("platform", severity="warning")
def mirrored_charts_are_complete(environment: Environment) -> Iterator[Problem]:
    """A mirror has F5's NGINX without the schemas that its chart refers to."""
    mirror, ingress = environment.platform.charts.mirror, environment.platform.ingress
    if mirror is not None and ingress.enabled and ingress.controller == "nginx":
        yield Problem(
            (*CHARTS, "mirror"),
            "is not enough for the chart nginx-ingress: its values schema refers to schemas on "
            "raw.githubusercontent.com, which Helm must be able to read when it installs or "
            "upgrades it. Where it cannot, mirror the copy without these references that `make "
            "fetch-charts` writes (docs/charts.md), or choose "
            "another platform.ingress.controller",
            mirror,
        )


@rule("network", "platform", severity="warning")
def images_are_reachable(environment: Environment) -> Iterator[Problem]:
    """Without internet access, images come from a registry that the VPC has an endpoint for."""
    reason = environment.network.without_internet
    if reason is not None and environment.platform.charts.image_registry is None:
        yield Problem(
            (*CHARTS, "image_registry"),
            "is not set: nodes pull the images of the charts from registries on the internet, "
            f"which they do not reach, since {reason}",
            involved=(("network", "nat"), ("network", "existing", "internet_access")),
        )
