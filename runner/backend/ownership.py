"""Checks that an environment owns the resources that exist under its names."""

from collections.abc import Iterable, Mapping
from typing import Any

from runner.backend.discovery import Found
from runner.backend.location import Location
from runner.errors import RunnerError

Known = Mapping[str, Mapping[str, Any]]
"""Attributes of the resources in a state, by address."""


def check_ownership(
    found: Iterable[Found], known: Known, location: Location, *, in_progress: bool
) -> None:
    """Fails if a name that the state stack needs belongs to another resource.

    An environment owns a resource that is in its state or has its tags. A bucket is tagged after
    it is created, so an empty bucket without tags is owned if a bootstrap of this checkout was in
    progress.

    Args:
        in_progress: whether a bootstrap of this checkout was in progress before.

    Raises:
        RunnerError: there are other resources; it names each and the reason.
    """
    problems = [
        f"  {resource.what}: {reason}"
        for resource in found
        if (reason := _not_owned(resource, known, location, in_progress=in_progress))
    ]
    if problems:
        raise RunnerError(
            "\n".join(
                [
                    f"These exist and do not belong to environment {location.environment}:",
                    *problems,
                    "Nothing was done. Give the environment another `name`, or its bucket another "
                    "name with `state.bucket` in its file; or remove these resources, if they are "
                    "not needed.",
                ]
            )
        )


def _not_owned(
    resource: Found, known: Known, location: Location, *, in_progress: bool
) -> str | None:
    """The reason why the environment does not own a resource; None if it does."""
    if resource.tags is None:
        return (
            f"it belongs to another AWS account than {location.account} (bucket names are unique in"
            " all of AWS), is in another region, or these credentials may not read it"
        )
    if known.get(resource.address, {}).get("id") == resource.id:
        return None
    if location.owner_tags.items() <= resource.tags.items():
        return None
    if not resource.tags and resource.empty and in_progress:
        return None
    tags = ", ".join(f"{name}={value}" for name, value in sorted(resource.tags.items()))
    wanted = ", ".join(f"{name}={value}" for name, value in location.owner_tags.items())
    return f"it is in account {location.account} but its tags are {tags or 'missing'}, not {wanted}"
