"""Pull-through caches, and the templates and the role with which ECR creates their repositories."""

from typing import Final

from cdktf_cdktf_provider_aws.ecr_pull_through_cache_rule import EcrPullThroughCacheRule
from cdktf_cdktf_provider_aws.ecr_repository_creation_template import (
    EcrRepositoryCreationTemplate,
    EcrRepositoryCreationTemplateEncryptionConfiguration,
)
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from config.derived import names
from config.environment import Environment
from modules.identity.kms import EncryptionKey
from modules.identity.policy import Statement, policy_document, service_trust
from modules.registry.ids import image_id
from modules.registry.lifecycle import lifecycle_policy

HOSTS: Final = {"docker.io": "registry-1.docker.io"}
"""Hosts of registries that images name otherwise.
https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreatePullThroughCacheRule.html"""


def caches(scope: Construct, environment: Environment, key: EncryptionKey) -> None:
    """Makes a rule and a template for each cache, and their role."""
    settings = environment.registry
    if not settings.caches:
        return
    secrets = {str(upstream): arn for upstream, arn in settings.upstream_secrets.items()}
    role = _role(scope, environment, key)
    for prefix, cache in settings.caches.items():
        template = EcrRepositoryCreationTemplate(
            scope,
            image_id("template", prefix),
            prefix=prefix,
            description=f"Images of {cache.upstream}",
            applied_for=["PULL_THROUGH_CACHE"],
            image_tag_mutability="IMMUTABLE" if cache.immutable_tags else "MUTABLE",
            encryption_configuration=[
                EcrRepositoryCreationTemplateEncryptionConfiguration(
                    encryption_type="KMS", kms_key=key.arn
                )
            ],
            lifecycle_policy=lifecycle_policy(cache.lifecycle),
            # The provider's tags are those of the template, not of what ECR creates.
            resource_tags=names.default_tags(environment),
            custom_role_arn=role.arn,
        )
        EcrPullThroughCacheRule(
            scope,
            image_id("cache", prefix),
            ecr_repository_prefix=prefix,
            upstream_registry_url=HOSTS.get(cache.upstream, cache.upstream),
            upstream_repository_prefix=cache.upstream_prefix,
            credential_arn=secrets.get(cache.upstream),
            # A repository that is created without its template has another key for good.
            depends_on=[template],
        )


def _role(scope: Construct, environment: Environment, key: EncryptionKey) -> IamRole:
    """The role that ECR requires for templates with a key or tags.

    Source:
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates-custom.html
    """
    prefixes = environment.registry.caches
    role = IamRole(
        scope,
        "registry_templates",
        name=names.role(environment, f"{environment.name}-registry-templates"),
        description=f"Repositories that ECR creates for caches of {environment.name}",
        assume_role_policy=service_trust("ecr.amazonaws.com"),
    )
    IamRolePolicy(
        scope,
        "registry_templates_policy",
        name="repositories",
        role=role.id,
        policy=policy_document(
            Statement(
                "Repositories",
                ["ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource"],
                [names.repository_arn(environment, f"{prefix}/*") for prefix in sorted(prefixes)],
            ),
            Statement("Key", ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"], [key.arn]),
        ),
    )
    return role
