"""The kubeconfig with which kubectl and helm use a tunnel.

Source: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
"""

import base64
import json
from pathlib import Path
from typing import Any

from runner.kubernetes.access import ApiAccess


def write_kubeconfig(file: Path, access: ApiAccess, region: str, proxy: str) -> None:
    """Writes it; JSON is YAML as well."""
    name = access.cluster
    cluster: dict[str, Any] = {"server": access.endpoint, "proxy-url": proxy}
    if access.certificate_authority:
        authority = base64.b64encode(access.certificate_authority.encode())
        cluster["certificate-authority-data"] = authority.decode()
    credentials = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "aws",
        "args": ["eks", "get-token", "--cluster-name", name, "--region", region],
        "interactiveMode": "IfAvailable",
    }
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": cluster}],
        "users": [{"name": name, "user": {"exec": credentials}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "current-context": name,
    }
    file.touch(mode=0o600)
    file.write_text(json.dumps(document, indent=2) + "\n")
