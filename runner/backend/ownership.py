"""Tells the environment's own resources from anybody else's."""

from collections.abc import Iterable, Mapping
from typing import Any

from runner.backend.discovery import Found
from runner.backend.location import Location
from runner.errors import RunnerError

Known = Mapping[str, Mapping[str, Any]]
"""Attributes of the resources in a state, by address."""


def refuse_foreign(
    found: Iterable[Found], known: Known, location: Location, *, under_way: bool
) -> None:
    """Stops where a name that the state stack wants belongs to something else.

    A resource is the environment's own when a state knows it or its tags say so. A bucket gets
    its tags a moment after it is made, so an empty one without tags is our own when a bootstrap
    of this checkout was under way.

    Args:
        found: the resources that exist.
        known: the resources in the state.
        location: whose they should be.
        under_way: whether a bootstrap of this checkout was under way before.

    Raises:
        RunnerError: there are foreign ones; it names each of them and why.
    """
    problems = [
        f"  {resource.what}: {reason}"
        for resource in found
        if (reason := _foreign(resource, known, location, under_way=under_way))
    ]
    if problems:
        raise RunnerError(
            "\n".join(
                [
                    f"These exist, and are not of environment {location.environment}:",
                    *problems,
                    "Nothing was done. Give the environment another `name`, or its bucket another "
                    "name with `state.bucket` in its file; or remove what is in the way, if nobody "
                    "needs it.",
                ]
            )
        )


def _foreign(resource: Found, known: Known, location: Location, *, under_way: bool) -> str | None:
    """Why a resource is not our own; None if it is."""
    if resource.tags is None:
        return (
            f"it belongs to another AWS account than {location.account} (bucket names are unique in"
            " all of AWS), is in another region, or these credentials may not look at it"
        )
    if known.get(resource.address, {}).get("id") == resource.id:
        return None
    if location.owner_tags.items() <= resource.tags.items():
        return None
    if not resource.tags and resource.empty and under_way:
        return None
    tags = ", ".join(f"{name}={value}" for name, value in sorted(resource.tags.items()))
    wanted = ", ".join(f"{name}={value}" for name, value in location.owner_tags.items())
    return f"it is in account {location.account} but tagged {tags or 'with nothing'}, not {wanted}"
