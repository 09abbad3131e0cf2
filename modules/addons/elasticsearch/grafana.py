"""Elasticsearch as a data source of Grafana, which links the spans of traces to log entries.

Grafana's sidecar reads Secrets of its own namespace only. So External Secrets copies the password
that it generated, and the CA of Elasticsearch, into a data source there.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from config.environment import Environment
from modules.addons.elasticsearch.user_secret import user_secret
from modules.helm.cluster_secrets import API_VERSION, REFRESH
from modules.helm.contract import Context, Manifest
from modules.helm.logs import (
    CA_SECRET,
    DATA_STREAMS,
    GRAFANA_UID,
    PORT,
    SERVICE,
    logs_in_elasticsearch,
)
from modules.helm.manifests import manifest
from modules.helm.metrics import DATA_SOURCE_LABELS, metrics_on, monitoring_namespace
from modules.helm.traces import DATA_SOURCE, tracing_on

USER: Final = "grafana"
USER_SECRET: Final = f"{USER}-elasticsearch"
"""Elasticsearch user that may read logs, and the Secret with its name and password."""

ROLE: Final = "log_reader"

PRIVILEGES: Final[dict[str, Any]] = {
    "cluster": ["monitor"],
    "indices": [{"names": [DATA_STREAMS], "privileges": ["read", "view_index_metadata"]}],
}
"""https://grafana.com/docs/grafana/latest/datasources/elasticsearch/"""

STORE: Final = "grafana-data-source"
"""ClusterSecretStore, service account and role that read the two Secrets; and the data source."""

EXTERNAL_SECRETS: Final = "external-secrets"
"""Its default namespace, and its service account."""

RBAC: Final = "rbac.authorization.k8s.io"


def linked(environment: Environment) -> bool:
    """Whether Grafana reads logs."""
    return (
        tracing_on(environment) and metrics_on(environment) and logs_in_elasticsearch(environment)
    )


def reader_secret(context: Context) -> tuple[Manifest, ...]:
    """The Secret with user, password and role, from which Elastic's operator makes the user."""
    if not linked(context.environment):
        return ()
    return user_secret(context, USER_SECRET, USER, ROLE, PRIVILEGES)


def data_source(context: Context) -> Iterator[Manifest]:
    """The data source, and what External Secrets needs to read the two Secrets and no others.

    Sources: https://external-secrets.io/latest/provider/kubernetes/ and
    https://external-secrets.io/latest/guides/templating/
    """
    if not linked(context.environment):
        return
    namespace = context.namespace
    yield {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": _named(namespace)}
    read = {
        "apiGroups": [""],
        "resources": ["secrets"],
        "resourceNames": [CA_SECRET, USER_SECRET],
        "verbs": ["get"],
    }
    yield {
        "apiVersion": f"{RBAC}/v1",
        "kind": "Role",
        "metadata": _named(namespace),
        "rules": [read],
    }
    yield {
        "apiVersion": f"{RBAC}/v1",
        "kind": "RoleBinding",
        "metadata": _named(namespace),
        "roleRef": {"apiGroup": RBAC, "kind": "Role", "name": STORE},
        "subjects": [{"kind": "ServiceAccount", "name": STORE, "namespace": namespace}],
    }
    yield from _token(context)
    grafana = monitoring_namespace(context.environment)
    yield manifest(API_VERSION, "ClusterSecretStore", STORE, _store(namespace, grafana))
    spec = {
        "refreshInterval": REFRESH,
        "secretStoreRef": {"kind": "ClusterSecretStore", "name": STORE},
        "target": {
            "name": STORE,
            "template": {
                "metadata": {"labels": dict(DATA_SOURCE_LABELS)},
                "data": {"elasticsearch.yaml": _template(namespace)},
            },
        },
        "data": [
            {"secretKey": "password", "remoteRef": {"key": USER_SECRET, "property": "password"}},
            {"secretKey": "ca", "remoteRef": {"key": CA_SECRET, "property": "ca.crt"}},
        ],
    }
    yield manifest(API_VERSION, "ExternalSecret", STORE, spec, namespace=grafana)


def _token(context: Context) -> Iterator[Manifest]:
    """Lets External Secrets request tokens of this service account only."""
    name, namespace = f"{STORE}-token", context.namespace
    metadata = {"name": name, "namespace": namespace}
    create = {
        "apiGroups": [""],
        "resources": ["serviceaccounts/token"],
        "resourceNames": [STORE],
        "verbs": ["create"],
    }
    yield {
        "apiVersion": f"{RBAC}/v1",
        "kind": "Role",
        "metadata": metadata,
        "rules": [create],
    }
    controller = {
        "kind": "ServiceAccount",
        "name": EXTERNAL_SECRETS,
        "namespace": context.environment.platform.external_secrets.namespace or EXTERNAL_SECRETS,
    }
    yield {
        "apiVersion": f"{RBAC}/v1",
        "kind": "RoleBinding",
        "metadata": metadata,
        "roleRef": {"apiGroup": RBAC, "kind": "Role", "name": name},
        "subjects": [controller],
    }


def _named(namespace: str) -> dict[str, str]:
    return {"name": STORE, "namespace": namespace}


def _store(namespace: str, grafana: str) -> Mapping[str, Any]:
    """A store of this namespace for that of Grafana; stores of namespaces may be disabled."""
    authority = {"type": "ConfigMap", "name": "kube-root-ca.crt", "key": "ca.crt"}
    provider = {
        "remoteNamespace": namespace,
        "server": {"caProvider": {**authority, "namespace": namespace}},
        "auth": {"serviceAccount": {"name": STORE, "namespace": namespace}},
    }
    return {"conditions": [{"namespaces": [grafana]}], "provider": {"kubernetes": provider}}


def _template(namespace: str) -> str:
    """The data source as External Secrets completes it; JSON is YAML.

    Grafana reads `$$` as `$`. The fields of applications and proxies are below `fields`.

    Source: https://grafana.com/docs/grafana/latest/administration/provisioning/#data-sources
    """
    link = {
        "field": r"^fields\.trace_id$",
        "datasourceUid": DATA_SOURCE,
        "url": "$${__value.raw}",
        "urlDisplayLabel": "Trace",
    }
    source = {
        "name": "Elasticsearch",
        "uid": GRAFANA_UID,
        "type": "elasticsearch",
        "access": "proxy",
        "editable": False,
        "url": f"https://{SERVICE}.{namespace}.svc:{PORT}",
        "basicAuth": True,
        "basicAuthUser": USER,
        "jsonData": {
            "index": DATA_STREAMS,
            "timeField": "@timestamp",
            "logMessageField": "message",
            "tlsAuthWithCACert": True,
            "dataLinks": [link],
        },
        "secureJsonData": {"basicAuthPassword": "PASSWORD", "tlsCACert": "CA"},
    }
    text = json.dumps({"apiVersion": 1, "datasources": [source]})
    return text.replace('"PASSWORD"', "{{ .password | toJson }}").replace(
        '"CA"', "{{ .ca | toJson }}"
    )
