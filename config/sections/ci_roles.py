"""The `ci_roles` section: IAM roles with which pipelines run Terraform."""

from typing import Annotated, Literal

from pydantic import Field

from config.settings import Settings
from config.types.aws import PrincipalArn
from config.types.oidc import OidcTrust

StackName = Literal[
    "account", "cluster", "edge", "fleet", "names", "network", "platform", "routing"
]


class PipelineRole(Settings):
    """An IAM role with which a pipeline plans or applies stacks.

    It may do what the resources of these stacks need, and nothing else.
    """

    access: Literal["plan", "apply"]
    """`plan` reads; `apply` also makes, changes and destroys. An apply makes IAM roles with the
    environment's permissions boundary only."""

    stacks: Annotated[list[StackName], Field(min_length=1)] | None = None
    """The stacks. Default: all that the environment has, but the state stack, which an
    administrator applies with `make bootstrap`."""

    oidc: OidcTrust | None = None
    """Jobs that may assume the role. Default, without `principals`: those of the repository of
    `ci`."""

    principals: Annotated[list[PrincipalArn], Field(max_length=10)] = []
    """IAM roles and users that may assume the role, for example that of a build server. They
    exist before the bootstrap."""
