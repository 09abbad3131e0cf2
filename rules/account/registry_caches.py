"""Rules of pull-through caches, and of the platform's images in them."""

from collections.abc import Iterator
from typing import Final

from config.derived import names
from config.environment import Environment
from config.problem import Path, Problem
from config.types.images import AuthenticatedRegistry
from modules.addons.catalog import platform_releases
from rules.registration import rule

CACHES: Final[Path] = ("registry", "caches")
SECRETS: Final[Path] = ("registry", "upstream_secrets")
IMAGES: Final[Path] = ("platform", "charts", "image_registry")

AUTHENTICATED: Final = frozenset(AuthenticatedRegistry.__args__)


@rule("registry")
def caches_have_credentials(environment: Environment) -> Iterator[Problem]:
    """A cache of a registry that requires credentials has a secret, and a secret has a cache.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html
    """
    secrets, caches = environment.registry.upstream_secrets, environment.registry.caches
    for prefix, cache in caches.items():
        if cache.upstream in AUTHENTICATED and cache.upstream not in secrets:
            message = (
                "requires credentials: registry.upstream_secrets has none for it. Create a secret "
                "whose name begins with ecr-pullthroughcache/ (docs/registry.md)"
            )
            yield Problem((*CACHES, prefix, "upstream"), message, cache.upstream)
    for upstream, arn in secrets.items():
        if upstream not in {cache.upstream for cache in caches.values()}:
            message = f"has no effect: registry.caches has none with upstream {upstream}"
            yield Problem((*SECRETS, upstream), message, arn)


@rule("account", "region", "registry")
def credentials_are_in_the_registrys_region(environment: Environment) -> Iterator[Problem]:
    """ECR reads secrets of its own account and region only.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-creating-secret.html
    """
    here = (environment.partition, environment.region, environment.account)
    for upstream, arn in environment.registry.upstream_secrets.items():
        _, partition, _, region, account, *_ = arn.split(":")
        if (partition, region, account) != here:
            message = "is a secret of another region or account than the registry"
            allowed = f"a secret of {environment.region} in account {environment.account}"
            yield Problem((*SECRETS, upstream), message, arn, allowed)


@rule("registry")
def repositories_are_outside_of_caches(environment: Environment) -> Iterator[Problem]:
    """No repository has the prefix of a cache, and no cache that of another one.

    ECR would look for the repository's images in the other registry.
    """
    caches = environment.registry.caches
    for key in ("repositories", "caches"):
        for name in getattr(environment.registry, key):
            for prefix in caches:
                if name.startswith(f"{prefix}/"):
                    message = f"is below the prefix of the cache {prefix}"
                    yield Problem(("registry", key, name), message)


@rule("network", "registry", severity="warning")
def first_pulls_have_a_route(environment: Environment) -> Iterator[Problem]:
    """A cache is filled from VPCs with NAT.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
    """
    reason = environment.network.without_internet
    if reason is not None and environment.registry.caches:
        yield Problem(
            CACHES,
            "cannot be filled from this VPC: the first pull of an image through an interface "
            f"endpoint of ECR needs a NAT gateway. {reason}, so each image must have "
            "been pulled before from elsewhere",
            involved=(("network", "nat"), ("network", "existing", "internet_access")),
        )


@rule("account", "region", "platform", "registry", severity="warning")
def images_of_the_platform_are_cached(environment: Environment) -> Iterator[Problem]:
    """A registry of the platform's images with caches has each of them.

    Images are known where the add-on sets their whole path.
    """
    registry = environment.platform.charts.image_registry
    host = names.registry(environment)
    if registry is None or not environment.registry.caches or not registry.startswith(host):
        return
    root = registry.removeprefix(host).removeprefix("/")
    known = (*environment.registry.caches, *environment.registry.repositories)
    missing: dict[str, str] = {}
    for release in platform_releases(environment):
        for image in release.addon.images.values():
            path = image.format(registry=root).removeprefix("/")
            if path != root and not any(f"{path}/".startswith(f"{each}/") for each in known):
                missing.setdefault(path, release.addon.name)
    for path, addon in missing.items():
        message = f"has no image of {addon}: no cache or repository of registry has {path}"
        yield Problem(IMAGES, message, registry)
