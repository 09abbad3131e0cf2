"""What environments may not have beside each other because data is copied between regions."""

from collections.abc import Iterator

from config.derived import names, replication
from config.environment import Environment
from config.problem import Path, Problem

IMAGES: Path = ("replication", "images")


def regions_have_one_direction(
    one: Environment, other: Environment, file: str
) -> Iterator[Problem]:
    """The stacks of both regions make the two ends of one copy."""
    if one.regions and one.regions == other.regions and one.replication != other.replication:
        message = f"differs from {file}: data is copied in one way for all regions"
        yield Problem(("replication",), message, involved=(("replication",),))


def registries_are_replicated_once(
    one: Environment, other: Environment, file: str
) -> Iterator[Problem]:
    """An account has one replication configuration in a region, which each apply replaces."""
    both = replication.sends_images(one) and replication.sends_images(other)
    if both and names.registry(one) == names.registry(other):
        message = (
            f"is also set in {file}, and the registry {names.registry(one)} has one replication "
            "configuration: set it in one of them, with the repositories of both in prefixes"
        )
        yield Problem((*IMAGES, "enabled"), message, value=True)


def templates_differ(one: Environment, other: Environment, file: str) -> Iterator[Problem]:
    """A registry has one template for a prefix."""
    if not replication.receives_images(one) or names.registry(one) != names.registry(other):
        return
    copied = other.replication.images.prefixes if replication.receives_images(other) else ()
    for index, prefix in enumerate(one.replication.images.prefixes):
        if prefix in {*copied, *other.registry.caches}:
            message = f"is also in {file}, in the same registry: {names.registry(one)}"
            yield Problem((*IMAGES, "prefixes", index), message, prefix, involved=(IMAGES,))


def replicated_repositories_exist(
    one: Environment, other: Environment, file: str
) -> Iterator[Problem]:
    """The destination has the repositories of the source, with their settings and its own key."""
    if not (one.regions and one.regions == other.regions):
        return
    if replication.sends_images(other) and replication.is_destination(one):
        for name in other.registry.repositories:
            if name not in one.registry.repositories:
                message = f"has no {name}, which is replicated from {file}"
                allowed = "the same repositories in both regions"
                path: Path = ("registry", "repositories")
                yield Problem(path, message, allowed=allowed, involved=(("registry",), IMAGES))


def replicated_secrets_differ(one: Environment, other: Environment, file: str) -> Iterator[Problem]:
    """An account has one secret of a name in a region, be it a primary secret or a replica."""
    if (one.partition, one.account) != (other.partition, other.account):
        return
    if not (replication.sends_secrets(one) and replication.sends_secrets(other)):
        return
    regions = {other.region, replication.destination_region(other)}
    if regions & {one.region, replication.destination_region(one)}:
        taken = replication.secret_names(other)
        for index, name in enumerate(replication.secret_names(one)):
            if name in taken:
                path: Path = ("replication", "secrets", "names", index)
                involved: tuple[Path, ...] = (("replication",), ("name",))
                message = f"is also made by {file}, in the same account and region"
                yield Problem(path, message, name, involved=involved)


CHECKS = (
    regions_have_one_direction,
    registries_are_replicated_once,
    templates_differ,
    replicated_repositories_exist,
    replicated_secrets_differ,
)
