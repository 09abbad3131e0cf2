"""The Secret of a user of Elasticsearch, from which Elastic's operator makes the user."""

import json
from collections.abc import Mapping
from typing import Any

from modules.helm.cluster_secrets import generated_secret
from modules.helm.contract import Context, Manifest


def user_secret(
    context: Context, secret: str, user: str, role: str, privileges: Mapping[str, Any]
) -> tuple[Manifest, ...]:
    """The Secret with name and password of a user, and its role.

    Args:
        privileges: those of the role.
    """
    password = {"length": 32, "symbols": 0, "noUpper": False, "allowRepeat": True}
    data = {
        "username": user,
        "password": "{{ .password }}",
        "roles": role,
        # JSON is YAML.
        "roles.yml": json.dumps({role: privileges}),
    }
    return generated_secret(secret, context.namespace, password, data)
