"""What the add-ons of an environment come to."""

from modules.addons.catalog import platform_releases
from support.environments import environment


def test_the_releases_of_an_environment_are_planned_once() -> None:
    first, second = environment(), environment(platform={"falco": {"enabled": True}})

    assert platform_releases(first) is platform_releases(first)
    assert {release.name for release in platform_releases(second)} > {
        release.name for release in platform_releases(first)
    }
