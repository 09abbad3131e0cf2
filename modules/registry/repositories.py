"""Repositories with key, immutable tags, scanning, lifecycle and access."""

from collections.abc import Iterator, Sequence
from typing import Final

from cdktf_cdktf_provider_aws.ecr_lifecycle_policy import EcrLifecyclePolicy
from cdktf_cdktf_provider_aws.ecr_repository import (
    EcrRepository,
    EcrRepositoryEncryptionConfiguration,
    EcrRepositoryImageScanningConfiguration,
    EcrRepositoryImageTagMutabilityExclusionFilter,
)
from cdktf_cdktf_provider_aws.ecr_repository_policy import EcrRepositoryPolicy
from constructs import Construct

from config.environment import Environment
from config.sections.registry import ImageRepository
from modules.identity.kms import EncryptionKey
from modules.identity.policy import Statement, policy_document
from modules.lifecycle import protection
from modules.registry.ids import image_id
from modules.registry.lifecycle import lifecycle_policy

PULL: Final = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
)
"""https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html"""

PUSH: Final = (
    *PULL,
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
)
"""https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html"""


def repository(scope: Construct, environment: Environment, name: str, key: EncryptionKey) -> None:
    """Makes a repository with its policies.

    The key's policy needs no statement for those who pull or push: ECR uses the key by a grant.
    """
    settings = environment.registry.repositories[name]
    force = environment.registry.force_destroy
    made = EcrRepository(
        scope,
        image_id("repository", name),
        name=name,
        image_tag_mutability=_mutability(settings),
        image_tag_mutability_exclusion_filter=[
            EcrRepositoryImageTagMutabilityExclusionFilter(filter=tag, filter_type="WILDCARD")
            for tag in settings.mutable_tags
        ]
        or None,
        image_scanning_configuration=EcrRepositoryImageScanningConfiguration(
            scan_on_push=settings.scan_on_push
        ),
        encryption_configuration=[
            EcrRepositoryEncryptionConfiguration(encryption_type="KMS", kms_key=key.arn)
        ],
        force_delete=force or None,
        lifecycle=protection(when=not force),
    )
    if (policy := lifecycle_policy(settings.lifecycle)) is not None:
        EcrLifecyclePolicy(scope, image_id("lifecycle", name), repository=made.name, policy=policy)
    if statements := tuple(_access(environment, settings)):
        EcrRepositoryPolicy(
            scope,
            image_id("access", name),
            repository=made.name,
            policy=policy_document(*statements),
        )


def _mutability(settings: ImageRepository) -> str:
    if not settings.immutable_tags:
        return "MUTABLE"
    return "IMMUTABLE_WITH_EXCLUSION" if settings.mutable_tags else "IMMUTABLE"


def _access(environment: Environment, settings: ImageRepository) -> Iterator[Statement]:
    """Statements of a repository's policy, in which the resource is the repository itself."""
    if settings.pull_accounts:
        yield _statement("Accounts", PULL, _roots(environment, settings.pull_accounts))
    if settings.pull_organization is not None:
        yield Statement(
            "Organization",
            PULL,
            principals={"*": ["*"]},
            conditions={"StringEquals": {"aws:PrincipalOrgID": settings.pull_organization}},
        )
    if settings.push_roles:
        yield _statement("Push", PUSH, settings.push_roles)


def _statement(sid: str, actions: Sequence[str], principals: Sequence[str]) -> Statement:
    return Statement(sid, actions, principals={"AWS": principals})


def _roots(environment: Environment, accounts: Sequence[str]) -> list[str]:
    return [f"arn:{environment.partition}:iam::{account}:root" for account in accounts]
