"""The templates, and their role, with which ECR makes repositories by itself."""

from collections.abc import Iterable

from cdktf_cdktf_provider_aws.ecr_repository_creation_template import (
    EcrRepositoryCreationTemplate,
    EcrRepositoryCreationTemplateEncryptionConfiguration,
)
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from config.derived import names
from config.environment import Environment
from config.sections.registry import ImageLifecycle
from modules.identity.kms import EncryptionKey
from modules.identity.policy import Statement, policy_document, service_trust
from modules.identity.roles import iam_role
from modules.registry.ids import image_id
from modules.registry.lifecycle import lifecycle_policy


class Templates:
    """Templates of repositories below some prefixes, with one role."""

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        key: EncryptionKey,
        prefixes: Iterable[str],
        purpose: str,
    ) -> None:
        """Makes the role that ECR requires for templates with a key or tags.

        Args:
            purpose: what the repositories are for, as the role's description says.

        Source:
        https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates-custom.html
        """
        self._scope, self._environment, self._key = scope, environment, key
        self._role = iam_role(
            scope,
            "registry_templates",
            environment,
            name=names.role(environment, f"{environment.name}-registry-templates"),
            description=f"Repositories that ECR creates for {purpose} of {environment.name}",
            trust=service_trust("ecr.amazonaws.com"),
        )
        IamRolePolicy(
            scope,
            "registry_templates_policy",
            name="repositories",
            role=self._role.id,
            policy=policy_document(
                Statement(
                    "Repositories",
                    ["ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource"],
                    [names.repository_arn(environment, f"{each}/*") for each in sorted(prefixes)],
                ),
                Statement(
                    "Key", ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"], [key.arn]
                ),
            ),
        )

    def add(
        self,
        prefix: str,
        applied_for: str,
        *,
        description: str,
        immutable_tags: bool,
        lifecycle: ImageLifecycle,
    ) -> EcrRepositoryCreationTemplate:
        """Makes the template of repositories whose names begin with a prefix and `/`.

        Args:
            applied_for: PULL_THROUGH_CACHE or REPLICATION.
        """
        return EcrRepositoryCreationTemplate(
            self._scope,
            image_id("template", prefix),
            prefix=prefix,
            description=description,
            applied_for=[applied_for],
            image_tag_mutability="IMMUTABLE" if immutable_tags else "MUTABLE",
            encryption_configuration=[
                EcrRepositoryCreationTemplateEncryptionConfiguration(
                    encryption_type="KMS", kms_key=self._key.arn
                )
            ],
            lifecycle_policy=lifecycle_policy(lifecycle),
            # The provider's tags are those of the template, not of what ECR creates.
            resource_tags=names.default_tags(self._environment),
            custom_role_arn=self._role.arn,
        )
