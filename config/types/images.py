"""Names of container image repositories, registries and tags, in the formats that ECR allows."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from config.reading.form import Form

_PATH = r"([a-z0-9]+([._-][a-z0-9]+)*/)*[a-z0-9]+([._-][a-z0-9]+)*"

RepositoryName = Annotated[
    str,
    StringConstraints(pattern=rf"^{_PATH}$", min_length=2, max_length=256),
    Form(
        "2 to 256 lower-case letters and digits, with single hyphens, underscores and dots between "
        "them, and slashes between the parts of a path"
    ),
]
"""https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html"""

CachePrefix = Annotated[
    str,
    StringConstraints(pattern=rf"^{_PATH}$", min_length=2, max_length=30),
    Form("a path as in the name of a repository, of 2 to 30 characters"),
]
"""https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreatePullThroughCacheRule.html"""

UpstreamRegistry = Literal[
    "docker.io",
    "ghcr.io",
    "public.ecr.aws",
    "quay.io",
    "registry.gitlab.com",
    "registry.k8s.io",
]

RepositoryPattern = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9*]([._/-]?[a-z0-9*]+)*$", min_length=1, max_length=256),
    Form("the name of a repository, with asterisks for any text, for example shop/*"),
]
"""https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ScanningRepositoryFilter.html"""

AuthenticatedRegistry = Literal["docker.io", "ghcr.io", "registry.gitlab.com"]
"""Registries that ECR caches with credentials only.
https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html"""

TagPattern = Annotated[
    str,
    StringConstraints(
        pattern=r"^[0-9A-Za-z_.-]*(\*[0-9A-Za-z_.-]*){0,4}$", min_length=1, max_length=128
    ),
    Form("a tag, with up to 4 asterisks for any text, for example v1.*"),
]
"""https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html"""

MutableTag = Annotated[
    str,
    StringConstraints(
        pattern=r"^[0-9A-Za-z_.-]*(\*[0-9A-Za-z_.-]*){0,2}$", min_length=1, max_length=128
    ),
    Form("a tag, with up to 2 asterisks for any text, for example latest*"),
]
"""https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html"""

UpstreamSecretArn = Annotated[
    str,
    StringConstraints(
        pattern=r"^arn:aws(-cn|-us-gov)?:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:"
        r"ecr-pullthroughcache/[0-9A-Za-z/_+=.@-]+-[0-9A-Za-z]{6}$"
    ),
    Form(
        "the ARN of a secret whose name begins with ecr-pullthroughcache/, "
        "arn:aws:secretsmanager:<region>:<account>:secret:ecr-pullthroughcache/<name>-<6 letters>"
    ),
]
"""https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-creating-secret.html"""

OrganizationId = Annotated[
    str,
    StringConstraints(pattern=r"^o-[a-z0-9]{10,32}$"),
    Form("the id of an AWS organization, o-<10 to 32 letters and digits>"),
]
