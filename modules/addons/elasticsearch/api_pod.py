"""Pods that call an API of the Elastic Stack with curl."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from config.environment import Environment
from modules.scheduling import SYSTEM_TOLERATIONS, resources

REGISTRY: Final = "docker.elastic.co"

CA_FOLDER: Final = "/ca"

Volume = tuple[str, dict[str, Any]]
"""The folder where a volume is mounted, and its source."""


def api_pod(
    environment: Environment,
    *,
    name: str,
    label: str,
    script: str,
    variables: Mapping[str, str],
    password: tuple[str, str],
    volumes: Mapping[str, Volume],
) -> dict[str, Any]:
    """The template of a pod that runs a script, at the restricted level of Pod Security.

    Args:
        name: name of its container.
        label: its `app.kubernetes.io/name`.
        variables: environment variables of the script, which also gets PASS.
        password: Secret and key of PASS.
        volumes: volumes by name.
    """
    registry = environment.platform.charts.image_registry or REGISTRY
    version = environment.platform.elasticsearch.stack_version
    secret, key = password
    container = {
        "name": name,
        # It contains curl, which Elastic's example also relies on:
        # https://www.elastic.co/docs/deploy-manage/deploy/self-managed/install-elasticsearch-docker-compose
        "image": f"{registry}/elasticsearch/elasticsearch:{version}",
        "command": ["bash", "-euo", "pipefail", "-c", script],
        "env": [
            *({"name": name, "value": value} for name, value in variables.items()),
            {"name": "PASS", "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}},
        ],
        "resources": resources("50m", "64Mi"),
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [
            {"name": name, "mountPath": path, "readOnly": True}
            for name, (path, _) in volumes.items()
        ],
    }
    return {
        "metadata": {"labels": {"app.kubernetes.io/name": label}},
        "spec": {
            "restartPolicy": "OnFailure",
            "automountServiceAccountToken": False,
            "tolerations": SYSTEM_TOLERATIONS,
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": 1000,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [container],
            "volumes": [{"name": name, **source} for name, (_, source) in volumes.items()],
        },
    }


def ca_volume(secret: str) -> Volume:
    """The CA of a certificate that Elastic's operator has issued, as `ca.crt`."""
    return CA_FOLDER, {"secret": {"secretName": secret}}


def digest(*parts: Mapping[str, Any] | Sequence[Any] | str) -> str:
    """For the name of a Job: a change gives it a new one, so that it runs again."""
    text = "".join(json.dumps(part, sort_keys=True) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:8]
