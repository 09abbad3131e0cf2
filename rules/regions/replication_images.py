"""Rules of `replication.images`."""

from collections.abc import Iterator
from typing import Final

from config.derived import names, replication
from config.environment import Environment
from config.problem import Path, Problem
from rules.registration import rule

IMAGES: Final[Path] = ("replication", "images")
PREFIXES: Final[Path] = (*IMAGES, "prefixes")

FILTERS: Final = 100
"""Filters of one rule.
https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ReplicationRule.html"""


@rule("registry", "regions", "routing", "replication")
def images_to_replicate_exist(environment: Environment) -> Iterator[Problem]:
    """There are repositories to replicate, and settings of `images` have an effect."""
    images = environment.replication.images
    if not images.enabled:
        for key in ("prefixes", "immutable_tags", "lifecycle"):
            if key in images.model_fields_set:
                message = "has no effect while replication.images.enabled is false"
                yield Problem((*IMAGES, key), message)
        return
    if not images.prefixes:
        for key in ("immutable_tags", "lifecycle"):
            if key in images.model_fields_set:
                message = "has no effect without prefixes: repositories of registry have their own"
                yield Problem((*IMAGES, key), message)
    if replication.is_source(environment) and not replication.image_filters(environment):
        message = "has nothing to replicate: registry.repositories and prefixes are empty"
        yield Problem((*IMAGES, "enabled"), message, value=True)


@rule("registry", "replication")
def filters_of_repositories_fit(environment: Environment) -> Iterator[Problem]:
    """A replication rule has as many filters as ECR allows."""
    found = len(replication.image_filters(environment))
    if environment.replication.images.enabled and found > FILTERS:
        message = "gives more filters than ECR has: name a part that names have in common"
        yield Problem(PREFIXES, message, found, f"up to {FILTERS}", involved=(IMAGES,))


@rule("registry", "replication")
def prefixes_are_outside_of_caches(environment: Environment) -> Iterator[Problem]:
    """No prefix includes another one, and none is that of a cache, which has its own template."""
    prefixes = environment.replication.images.prefixes
    for index, prefix in enumerate(prefixes):
        path = (*PREFIXES, index)
        for cache in environment.registry.caches:
            if _within(prefix, cache) or _within(cache, prefix):
                message = f"overlaps the cache {cache}, which each region fills by itself"
                yield Problem(path, message, prefix)
        for other in (*prefixes[:index], *(each for each in prefixes if each != prefix)):
            if _within(prefix, other):
                yield Problem(path, f"is within {other} already", prefix)
                break


@rule("account", "region", "regions", "routing", "replication", "platform", severity="warning")
def images_are_pulled_from_the_own_region(environment: Environment) -> Iterator[Problem]:
    """The destination pulls the platform's images from the registry that they are replicated to."""
    chosen = environment.platform.charts.image_registry
    source = replication.source_region(environment)
    images = environment.replication.images
    if not (images.enabled and chosen and source and replication.is_destination(environment)):
        return
    if chosen.startswith(f"{environment.account}.dkr.ecr.{source}."):
        message = f"is the registry of {source}: images cannot be pulled when that region fails"
        yield Problem(
            ("platform", "charts", "image_registry"), message, chosen, names.registry(environment)
        )


def _within(name: str, prefix: str) -> bool:
    return f"{name}/".startswith(f"{prefix}/")
