"""Users of Elasticsearch: Fluent Bit may only append log entries, Grafana only read them.

A third one imports the dashboards of Kibana.

External Secrets generates the password in the cluster, once, and writes it to a Secret together
with the role. Elastic's operator reads user and role from it, Fluent Bit reads name and password.
"""

from collections.abc import Sequence
from typing import Any, Final

from config.environment import Environment
from modules.addons.elasticsearch import dashboards, grafana
from modules.addons.elasticsearch.user_secret import user_secret
from modules.helm.contract import Context, Manifest
from modules.helm.logs import DATA_STREAMS, USER, USER_SECRET

ROLE: Final = "log_writer"

PRIVILEGES: Final[dict[str, Any]] = {
    "indices": [{"names": [DATA_STREAMS], "privileges": ["auto_configure", "create_doc"]}]
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
        *user_secret(context, USER_SECRET, USER, ROLE, PRIVILEGES),
        *grafana.reader_secret(context),
        *dashboards.writer_secret(context),
    )
