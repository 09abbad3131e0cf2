"""Secrets Manager: the KMS keys of replicas."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from moto.secretsmanager import urls
from moto.secretsmanager.responses import SecretsManagerResponse

from tools.emulator.gaps.moto_hooks import attached, serve


@dataclass
class _Keys:
    """The given keys of replicas, by the name of the secret and the region."""

    by_replica: dict[tuple[str, str], str] = field(default_factory=dict)


class SecretsManager(SecretsManagerResponse):
    """Secrets Manager that knows with which key each replica is encrypted.

    Source:
    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicaRegionType.html
    """

    def create_secret(self) -> str:
        """Answers CreateSecret."""
        answer = super().create_secret()
        self._keep(self._get_param("Name"))
        return answer

    def replicate_secret_to_regions(self) -> str:
        """Answers ReplicateSecretToRegions."""
        answer = super().replicate_secret_to_regions()
        self._keep(self._name())
        return self._with_keys(answer, self._name())

    def describe_secret(self) -> str:
        """Answers DescribeSecret; a replica's key is that of its own region."""
        return self._with_keys(super().describe_secret(), self._name())

    def _keep(self, name: str) -> None:
        for replica in self._get_param("AddReplicaRegions") or []:
            if key := replica.get("KmsKeyId"):
                self._keys()[name, replica["Region"]] = key

    def _with_keys(self, text: str, name: str) -> str:
        answer: dict[str, Any] = json.loads(text)
        for replica in answer.get("ReplicationStatus", []):
            key = self._keys().get((name, replica["Region"]))
            if key is not None:
                replica["KmsKeyId"] = key
        return json.dumps(answer)

    def _name(self) -> str:
        return self.backend.describe_secret(self._get_param("SecretId")).name

    def _keys(self) -> dict[tuple[str, str], str]:
        return attached(self.backend, _Keys).by_replica


def install() -> None:
    """Puts this class in the place of moto's."""
    serve(urls, SecretsManager)
