"""Users of Elasticsearch: Fluent Bit may only append log entries, Grafana only read them.

A third one imports the dashboards of Kibana.

External Secrets generates the password in the cluster, once, and writes it to a Secret together
with the role. Elastic's operator reads user and role from it, Fluent Bit reads name and password.
"""

import json
from collections.abc import Sequence
from typing import Any, Final

from config.environment import Environment
from modules.addons.elasticsearch import dashboards, grafana
from modules.helm.cluster_secrets import generated_secret
from modules.helm.contract import Context, Manifest
from modules.helm.logs import DATA_STREAMS, USER, USER_SECRET

ROLE: Final = "log_writer"

ROLES: Final[dict[str, Any]] = {
    ROLE: {"indices": [{"names": [DATA_STREAMS], "privileges": ["auto_configure", "create_doc"]}]}
}
"""https://www.elastic.co/docs/deploy-manage/users-roles/cluster-or-deployment-auth/elasticsearch-privileges"""


def auth(environment: Environment) -> dict[str, Any]:
    """Where Elastic's operator finds users and roles.

    https://www.elastic.co/docs/deploy-manage/users-roles/cluster-or-deployment-auth/file-based
    """
    names = [
        USER_SECRET,
        *([grafana.USER_SECRET] if grafana.linked(environment) else []),
        *([dashboards.USER_SECRET] if dashboards.has_dashboards(environment) else []),
    ]
    return {
        "fileRealm": [{"secretName": name} for name in names],
        "roles": [{"secretName": name} for name in names],
    }


def user_secrets(context: Context) -> Sequence[Manifest]:
    """The Secrets with user, password and role, of each user that there is."""
    return (
        *_writer_secret(context),
        *grafana.reader_secret(context),
        *dashboards.writer_secret(context),
    )


def _writer_secret(context: Context) -> Sequence[Manifest]:
    password = {"length": 32, "symbols": 0, "noUpper": False, "allowRepeat": True}
    data = {
        "username": USER,
        "password": "{{ .password }}",
        "roles": ROLE,
        # JSON is YAML.
        "roles.yml": json.dumps(ROLES),
    }
    return generated_secret(USER_SECRET, context.namespace, password, data)
