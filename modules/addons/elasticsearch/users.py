"""Fluent Bit's user of Elasticsearch, which may only append log entries.

External Secrets generates the password in the cluster, once, and writes it to a Secret together
with the role. Elastic's operator reads user and role from it, Fluent Bit reads name and password.
"""

import json
from collections.abc import Sequence
from typing import Any, Final

from modules.helm.cluster_secrets import generated_secret
from modules.helm.contract import Context, Manifest
from modules.helm.logs import DATA_STREAMS, USER, USER_SECRET

ROLE: Final = "log_writer"

ROLES: Final[dict[str, Any]] = {
    ROLE: {"indices": [{"names": [DATA_STREAMS], "privileges": ["auto_configure", "create_doc"]}]}
}
"""https://www.elastic.co/docs/deploy-manage/users-roles/cluster-or-deployment-auth/elasticsearch-privileges"""

AUTH: Final = {"fileRealm": [{"secretName": USER_SECRET}], "roles": [{"secretName": USER_SECRET}]}
"""https://www.elastic.co/docs/deploy-manage/users-roles/cluster-or-deployment-auth/file-based"""


def user_secret(context: Context) -> Sequence[Manifest]:
    """The Secret with user, password and role."""
    password = {"length": 32, "symbols": 0, "noUpper": False, "allowRepeat": True}
    data = {
        "username": USER,
        "password": "{{ .password }}",
        "roles": ROLE,
        # JSON is YAML.
        "roles.yml": json.dumps(ROLES),
    }
    return generated_secret(USER_SECRET, context.namespace, password, data)
