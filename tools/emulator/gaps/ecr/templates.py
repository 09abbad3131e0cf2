"""ECR: templates of the repositories that it creates by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ecr.responses import ECRResponse

from tools.emulator.gaps.moto_hooks import AwsError, attached

_GIVEN = (
    "prefix",
    "description",
    "encryptionConfiguration",
    "resourceTags",
    "imageTagMutability",
    "imageTagMutabilityExclusionFilters",
    "repositoryPolicy",
    "lifecyclePolicy",
    "appliedFor",
    "customRoleArn",
)


@dataclass
class _Templates:
    """Templates by repository prefix."""

    by_prefix: dict[str, dict[str, Any]] = field(default_factory=dict)


class Templates(ECRResponse):
    """ECR with repository creation templates.

    Source:
    https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepositoryCreationTemplate.html
    """

    def create_repository_creation_template(self) -> ActionResult:
        """Answers CreateRepositoryCreationTemplate; one template per repository prefix."""
        templates, given = self._templates(), self._given()
        if given["prefix"] in templates:
            raise AwsError(
                "TemplateAlreadyExistsException",
                f"A repository creation template with prefix {given['prefix']} already exists",
            )
        templates[given["prefix"]] = _checked(given) | {
            "createdAt": utcnow(),
            "updatedAt": utcnow(),
        }
        return self._answer(templates[given["prefix"]])

    def describe_repository_creation_templates(self) -> ActionResult:
        """Answers DescribeRepositoryCreationTemplates, for all or for the requested prefixes."""
        wanted = self._get_param("prefixes") or list(self._templates())
        return ActionResult(
            {
                "registryId": self.current_account,
                "repositoryCreationTemplates": [self._template(prefix) for prefix in wanted],
            }
        )

    def update_repository_creation_template(self) -> ActionResult:
        """Answers UpdateRepositoryCreationTemplate."""
        template = self._template(self._get_param("prefix"))
        template.update(_checked(template | self._given()) | {"updatedAt": utcnow()})
        return self._answer(template)

    def delete_repository_creation_template(self) -> ActionResult:
        """Answers DeleteRepositoryCreationTemplate."""
        template = self._template(self._get_param("prefix"))
        return self._answer(self._templates().pop(template["prefix"]))

    def _given(self) -> dict[str, Any]:
        values = {name: self._get_param(name) for name in _GIVEN}
        return {name: value for name, value in values.items() if value is not None}

    def _answer(self, template: dict[str, Any]) -> ActionResult:
        return ActionResult(
            {"registryId": self.current_account, "repositoryCreationTemplate": template}
        )

    def _template(self, prefix: str) -> dict[str, Any]:
        try:
            return self._templates()[prefix]
        except KeyError:
            raise AwsError(
                "TemplateNotFoundException",
                f"There is no repository creation template with prefix {prefix}",
            ) from None

    def _templates(self) -> dict[str, dict[str, Any]]:
        return attached(self.ecr_backend, _Templates).by_prefix


def _checked(template: dict[str, Any]) -> dict[str, Any]:
    """Only with a role does ECR create repositories with a key or with tags.

    Source:
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates-create.html
    """
    encryption = template.get("encryptionConfiguration", {})
    needs_role = encryption.get("encryptionType") == "KMS" or template.get("resourceTags")
    if needs_role and not template.get("customRoleArn"):
        raise AwsError(
            "InvalidParameterException", "A template with a KMS key or tags needs customRoleArn"
        )
    return template
