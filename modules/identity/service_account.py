"""Service accounts, and the cluster's identity that their roles trust."""

from dataclasses import dataclass
from typing import Literal

from config.environment import Environment


@dataclass(frozen=True)
class ServiceAccount:
    """A Kubernetes service account.

    Attributes:
        namespace: its namespace.
        name: its name.
    """

    namespace: str
    name: str


@dataclass(frozen=True)
class ClusterIdentity:
    """The properties of a cluster that the roles of service accounts depend on.

    Attributes:
        name: the cluster's literal name.
        cluster_name_token: the `name` of the cluster resource, so that its users depend on the
            cluster.
        mode: how pods get their roles.
        oidc_provider_arn: ARN of the IAM OIDC provider; only with irsa.
        oidc_issuer: the issuer's host and path, without https://; only with irsa.
    """

    name: str
    cluster_name_token: str
    mode: Literal["pod_identity", "irsa"]
    oidc_provider_arn: str | None = None
    oidc_issuer: str | None = None

    def __post_init__(self) -> None:
        if self.mode == "irsa" and not (self.oidc_provider_arn and self.oidc_issuer):
            raise ValueError(
                f"cluster {self.name}: identity irsa needs the OIDC provider's ARN and issuer; "
                "make the provider first, or choose pod_identity"
            )
        if self.oidc_issuer and self.oidc_issuer.startswith("https://"):
            raise ValueError(
                f"cluster {self.name}: oidc_issuer begins with https://, which IAM's condition "
                "keys do not have; remove it"
            )

    @property
    def oidc(self) -> tuple[str, str] | None:
        """The OIDC provider's ARN and issuer; None with Pod Identity."""
        if self.mode == "irsa" and self.oidc_provider_arn and self.oidc_issuer:
            return self.oidc_provider_arn, self.oidc_issuer
        return None

    def arn(self, environment: Environment) -> str:
        """The cluster's ARN, known before the cluster exists."""
        return (
            f"arn:{environment.partition}:eks:{environment.region}:{environment.account}"
            f":cluster/{self.name}"
        )
