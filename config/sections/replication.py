"""The `replication` section: copies of a platform's data in another of its regions."""

from typing import Annotated

from pydantic import Field

from config.sections.registry import ImageLifecycle
from config.settings import Settings
from config.types.aws import Region
from config.types.images import RepositoryName
from config.types.secrets import SecretPath, SecretPrefix


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


class SecretReplication(Settings):
    """Secrets in AWS Secrets Manager that have the same names in both regions.

    Each region reads its own Secrets Manager. A secret of such a name is a replica of the source's,
    or one that each region has of its own.
    """

    prefix: SecretPrefix | None = None
    """The beginning of the names. It takes the place of the first of
    `platform.external_secrets.prefixes`, which may still be read. Default: none, and no secret is
    replicated. A multi-Region KMS key, `alias/<source's environment>-secrets`, is made for them."""

    names: Annotated[list[SecretPath], Field(max_length=100)] = []
    """Secrets that Terraform makes in the source without a value, and replicates: their names
    without the prefix, for example `platform/alerts-slack`. Give each its value before what reads
    it is applied."""

    force_destroy: bool = False
    """Let Terraform delete these secrets and their key; the secrets at once, for they cannot be
    restored without the key. Otherwise Terraform refuses to destroy the account stack, and a secret
    whose name is removed can be restored for 30 days."""


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

    secrets: SecretReplication = SecretReplication()
    """Secrets in AWS Secrets Manager."""

    efs: bool = False
    """Replicate the shared file system to the destination, where it is read-only until
    `make efs-failover`. Terraform begins a replication only where it may overwrite the destination:
    a new file system, or one that `make efs-overwrite` released (docs/regions.md). Needs
    `cluster.efs.stack: data`."""
