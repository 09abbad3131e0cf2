"""The `replication` section: copies of a platform's data in another of its regions."""

from typing import Annotated

from pydantic import Field

from config.sections.registry import ImageLifecycle
from config.settings import Settings
from config.types.aws import Region
from config.types.images import RepositoryName


class ImageReplication(Settings):
    """Replication of container images in Amazon ECR, when they are pushed.

    An account has one replication configuration in each region: set it in one environment of them.
    """

    enabled: bool = False
    """Replicate `registry.repositories`. The destination has repositories of the same names."""

    prefixes: Annotated[list[RepositoryName], Field(max_length=50)] = []
    """Also replicate repositories that other tools make: those whose names begin with one of these
    and `/`. ECR makes them in the destination, with the registry's KMS key there."""

    immutable_tags: bool = True
    """Whether repositories that ECR makes in the destination refuse to move a tag."""

    lifecycle: ImageLifecycle = ImageLifecycle()
    """Which images are deleted in repositories that ECR makes in the destination."""


class Replication(Settings):
    """Copies of data from one region of a platform to another one.

    What is written in the destination is not copied back.
    """

    source: Region | None = None
    """The region that data is copied from. Default: `routing.primary`, or else the first of
    `regions`."""

    destination: Region | None = None
    """The region that data is copied to. Default: the other one, where there are two."""

    images: ImageReplication = ImageReplication()
    """Container images."""

    velero: bool = False
    """Replicate Velero's bucket of each of the two regions to the other one within 15 minutes:
    each region backs up its own cluster, so that both directions are copied. In the other region
    the backups are in a location that Velero only reads."""
