"""Argo CD's single sign-on, RBAC and additional clusters."""

import json
from typing import Any

from config.addons.argo_cd import ArgoCdSettings


def dex_config(settings: ArgoCdSettings) -> str:
    """Dex's configuration, with references instead of secrets.

    Returns:
        JSON, which is YAML. `$<secret>:<key>` refers to a key of a Secret.

    Source: https://argo-cd.readthedocs.io/en/stable/operator-manual/user-management/
    """
    connectors = [
        {
            "type": connector.type,
            "id": id_,
            "name": connector.name,
            "config": connector.config
            | {key: f"${reference}" for key, reference in connector.secrets.items()},
        }
        for id_, connector in sorted(settings.connectors.items())
    ]
    return json.dumps({"connectors": connectors}, indent=2, sort_keys=True, ensure_ascii=False)


def policy(settings: ArgoCdSettings) -> dict[str, str]:
    """Argo CD's RBAC, as chart values.

    Source: https://argo-cd.readthedocs.io/en/stable/operator-manual/rbac/
    """
    rbac = settings.rbac
    lines = [
        *(f"g, {group}, role:admin" for group in rbac.admins),
        *(f"g, {group}, role:readonly" for group in rbac.readers),
        *rbac.policy,
    ]
    return {
        "policy.default": "role:readonly" if rbac.default_role == "readonly" else "",
        "policy.csv": "".join(f"{line}\n" for line in lines),
        "scopes": f"[{', '.join(rbac.scopes)}]",
    }


def cluster_credentials(settings: ArgoCdSettings) -> dict[str, Any]:
    """Additional clusters, with IAM authentication: it contains no secret.

    Source: https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#eks
    """
    return {
        name: {
            "server": cluster.server,
            "labels": dict(cluster.labels),
            "config": {
                "awsAuthConfig": {
                    "clusterName": cluster.cluster_name,
                    "roleARN": cluster.role_arn,
                },
                "tlsClientConfig": {"insecure": False, "caData": cluster.certificate_authority},
            },
        }
        for name, cluster in settings.clusters.items()
    }
