"""Jobs of CI that assume IAM roles with a token of their OIDC provider."""

from typing import Annotated

from pydantic import Field

from config.settings import Settings
from config.types.aws import OidcProviderArn, OidcSubject


class OidcTrust(Settings):
    """Jobs of CI that assume a role with a token of their OIDC provider, without a secret."""

    provider: OidcProviderArn
    """The IAM OIDC provider, which an account has once for each issuer."""

    subjects: Annotated[list[OidcSubject], Field(min_length=1, max_length=10)]
    """Subjects of the tokens, for example `repo:acme/shop:ref:refs/heads/main` of GitHub or
    `project_path:acme/shop:ref_type:branch:ref:main` of GitLab."""

    audience: Annotated[str, Field(min_length=1, max_length=256)] = "sts.amazonaws.com"
    """Audience of the tokens."""
