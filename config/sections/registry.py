"""The `registry` section: repositories of container images in Amazon ECR."""

from typing import Annotated, Literal

from pydantic import Field

from config.settings import Settings
from config.types.aws import AccountId, PrincipalArn, RoleKey
from config.types.images import (
    AuthenticatedRegistry,
    CachePrefix,
    MutableTag,
    OrganizationId,
    RepositoryName,
    RepositoryPattern,
    TagPattern,
    UpstreamRegistry,
    UpstreamSecretArn,
)
from config.types.oidc import OidcTrust

Days = Annotated[int, Field(ge=1, le=36500)]


class ExpiryRule(Settings):
    """Images that are deleted, by their tags: either all but the newest, or those of an age."""

    tags: TagPattern
    """Tags of the images."""

    keep: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """How many of the images are kept, the newest ones."""

    days: Days | None = None
    """Days after their push."""


class ImageLifecycle(Settings):
    """Which images ECR deletes. It does not know which of them run in a cluster."""

    untagged_days: Days | None = 14
    """Days after its push that an image without a tag is deleted. `null`: never."""

    rules: Annotated[list[ExpiryRule], Field(max_length=49)] = []
    """Rules for images with tags. An image is matched by the first rule with one of its tags."""


class ImageRepository(Settings):
    """A repository with the registry's KMS key."""

    immutable_tags: bool = True
    """Refuse a push that would move an existing tag to another image."""

    mutable_tags: Annotated[list[MutableTag], Field(max_length=5)] = []
    """Tags that may be moved nevertheless. Needs AWS provider 6.8 or newer."""

    scan_on_push: bool = True
    """Scan each image for known vulnerabilities when it is pushed. `registry.scanning` replaces it
    for the repositories that it selects."""

    lifecycle: ImageLifecycle = ImageLifecycle()
    """Which images are deleted."""

    pull_accounts: list[AccountId] = []
    """Other AWS accounts that may pull, as far as their own IAM policies let them."""

    pull_organization: OrganizationId | None = None
    """An AWS organization all of whose accounts may pull."""

    push_roles: list[PrincipalArn] = []
    """Existing IAM roles and users that may push and pull. In an identity policy they need
    `ecr:GetAuthorizationToken` besides; those of other accounts all of it. `registry.ci_roles`
    makes roles that have all of it."""


class CiRole(Settings):
    """An IAM role that CI assumes to push and pull images."""

    repositories: Annotated[list[RepositoryPattern], Field(min_length=1, max_length=50)]
    """Names of repositories of this registry, with asterisks for any text."""

    oidc: OidcTrust | None = None
    """Jobs that may assume the role."""

    principals: Annotated[list[PrincipalArn], Field(max_length=10)] = []
    """IAM roles and users that may assume the role, for example that of a build server. They
    exist before the apply."""


class ImageCache(Settings):
    """A pull-through cache of another registry.

    ECR creates its repositories when an image is first pulled, with the registry's KMS key.
    """

    upstream: UpstreamRegistry
    """The registry that the images are from."""

    upstream_prefix: RepositoryName | None = None
    """The path there that takes the place of the cache's prefix. Default: none, so that the whole
    path of an image follows the prefix."""

    immutable_tags: bool = False
    """Keep each tag at the image that was first cached, whatever the other registry does."""

    lifecycle: ImageLifecycle = ImageLifecycle()
    """Which images are deleted; the next pull caches them again."""


class Scanning(Settings):
    """Scanning of the whole registry, which an account has one of in each region.

    Set it in one environment of them. A destroy resets it to basic scanning without a rule.
    """

    type: Literal["none", "basic", "enhanced"] = "none"
    """`basic` scans for vulnerabilities of operating systems, `enhanced` with Amazon Inspector for
    those of programming languages too, at a price for each image. `none` leaves the registry as it
    is, with `scan_on_push` of each repository."""

    frequency: Literal["on_push", "continuous"] = "on_push"
    """Scan when an image is pushed, or, with `enhanced`, again when new vulnerabilities become
    known."""

    repositories: Annotated[list[RepositoryPattern], Field(min_length=1, max_length=100)] = ["*"]
    """Names of the repositories that are scanned, with asterisks for any text."""

    enable_inspector: bool = True
    """Enable Amazon Inspector for ECR in the account, with `enhanced`. `false`: an administrator of
    the organization does."""


class ImageRegistry(Settings):
    """Container images in Amazon ECR.

    An account has one registry in each region. Repositories, caches and their KMS key belong to the
    account stack.
    """

    repositories: dict[RepositoryName, ImageRepository] = {}
    """Repositories by name."""

    ci_roles: dict[RoleKey, CiRole] = {}
    """IAM roles of CI by name; in IAM it is `<environment>-registry-<name>`."""

    caches: dict[CachePrefix, ImageCache] = {}
    """Pull-through caches by the prefix of their repositories."""

    upstream_secrets: dict[AuthenticatedRegistry, UpstreamSecretArn] = {}
    """Secrets in Secrets Manager with the keys `username` and `accessToken`, by the registry that
    requires them of its caches."""

    scanning: Scanning = Scanning()
    """Scanning of the whole registry."""

    force_destroy: bool = False
    """Let Terraform delete repositories with images, and the key. Otherwise Terraform refuses to
    destroy the account stack, ECR refuses to delete a repository with images, and the key is left
    in AWS when there is no repository and no cache any more."""

    @property
    def has_images(self) -> bool:
        """Whether there are images that the key encrypts."""
        return bool(self.repositories or self.caches)

    @property
    def has_mutable_tags(self) -> bool:
        """Whether tags of a repository with immutable tags may be moved."""
        return any(each.mutable_tags for each in self.repositories.values())
