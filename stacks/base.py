"""The base of all stacks: AWS provider, S3 backend, version constraints, moved blocks."""

from typing import Final

from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags
from constructs import Construct

from backend.s3_backend import wire_s3_backend
from config.derived import names, providers
from config.environment import Environment
from modules.moves import moved_blocks
from modules.removed import removed_blocks

AWS_SOURCE: Final = "hashicorp/aws"
"""The full source, because with the bindings' `aws` OpenTofu resolves another provider."""


class EnvironmentStack(TerraformStack):
    """A stack of an environment, with its own state in the environment's bucket."""

    def __init__(self, scope: Construct, environment: Environment, name: str) -> None:
        """Makes the stack `<environment>-<name>`.

        Args:
            name: the stack's name within the environment, for example `network`.
        """
        super().__init__(scope, names.stack(environment, name))
        self.environment = environment
        self.aws(environment.region)
        wire_s3_backend(self, environment, name)
        self.add_override(
            "terraform.required_providers.aws",
            {"source": AWS_SOURCE, "version": providers.aws_constraint(environment)},
        )
        self.add_override("terraform.required_version", providers.terraform_constraint(environment))
        if blocks := moved_blocks(name):
            self.add_override("moved", blocks)
        if blocks := removed_blocks(environment, name):
            self.add_override("removed", blocks)

    def aws(self, region: str, *, alias: str | None = None) -> AwsProvider:
        """An AWS provider that accepts the environment's account only.

        Args:
            alias: the provider's alias; None for the stack's default provider.
        """
        return AwsProvider(
            self,
            f"aws_{alias}" if alias else "aws",
            alias=alias,
            region=region,
            allowed_account_ids=[self.environment.account],
            default_tags=[AwsProviderDefaultTags(tags=names.default_tags(self.environment))],
        )
