"""OIDC identity provider configurations of a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.core.responses import ActionResult
from moto.moto_api._internal import mock_random

from tools.emulator.eks.base import EksBase, in_use, not_found

if TYPE_CHECKING:
    from tools.emulator.eks.state import Record


class IdentityProviders(EksBase):
    """The four calls for OIDC identity providers; a cluster can have one.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/authenticate-oidc-identity-provider.html
    """

    def associate_identity_provider_config(self) -> ActionResult:
        """Answers AssociateIdentityProviderConfig."""
        cluster, oidc = self.cluster(), self._get_param("oidc")
        if self.of_cluster(self.state.identity_providers):
            in_use("Identity provider config is already associated with cluster")
        name = oidc["identityProviderConfigName"]
        tags = self._get_param("tags") or {}
        arn = self.arn(
            "identityproviderconfig", cluster.name, "oidc", name, str(mock_random.uuid4())
        )
        self.state.identity_providers[cluster.name, name] = {
            **oidc,
            "identityProviderConfigArn": arn,
            "clusterName": cluster.name,
            "status": "ACTIVE",
            "tags": tags,
        }
        answer = self.updated("AssociateIdentityProviderConfig", [("IdentityProviderConfig", oidc)])
        return ActionResult({**_result(answer), "tags": tags})

    def describe_identity_provider_config(self) -> ActionResult:
        """Answers DescribeIdentityProviderConfig."""
        return ActionResult({"identityProviderConfig": {"oidc": self._provider()}})

    def list_identity_provider_configs(self) -> ActionResult:
        """Answers ListIdentityProviderConfigs."""
        names = self.of_cluster(self.state.identity_providers)
        return self.page(
            "identityProviderConfigs", [{"type": "oidc", "name": name} for name in names]
        )

    def disassociate_identity_provider_config(self) -> ActionResult:
        """Answers DisassociateIdentityProviderConfig."""
        provider = self._provider()
        name = provider["identityProviderConfigName"]
        del self.state.identity_providers[provider["clusterName"], name]
        told = [("IdentityProviderConfig", self._get_param("identityProviderConfig"))]
        return self.updated("DisassociateIdentityProviderConfig", told)

    def _provider(self) -> Record:
        name = self._get_param("identityProviderConfig")["name"]
        provider = self.state.identity_providers.get((self.cluster().name, name))
        if provider is None:
            not_found("Identity provider config is not associated with cluster")
        return provider


def _result(answer: ActionResult) -> Record:
    return answer.result if isinstance(answer.result, dict) else {}
