"""Names shared by Fluent Bit and the Elastic Stack."""

from collections.abc import Callable
from typing import Final

from config.addons.fluent_bit import LogDestination
from config.environment import Environment

NAMESPACE: Final = "logging"
"""The namespace of both: pods can read Secrets of their own namespace only."""

CLUSTER: Final = "elasticsearch"
"""Name of the Elasticsearch resource, and prefix of the names that the operator makes."""

KIBANA: Final = "kibana"
"""Name of the Kibana resource."""

KIBANA_LABEL: Final = "kibana.k8s.elastic.co/name"
"""Label that the operator sets on its pods."""

KIBANA_SERVICE: Final = f"{KIBANA}-kb-http"
KIBANA_PORT: Final = 5601
"""Its Service."""

SERVICE: Final = f"{CLUSTER}-es-http"
"""Service of Elasticsearch's API.
https://www.elastic.co/docs/deploy-manage/deploy/cloud-on-k8s/accessing-services"""

CA_SECRET: Final = f"{CLUSTER}-es-http-certs-public"
"""Secret with the CA of its certificate, as `ca.crt`."""

ADMIN_SECRET: Final = f"{CLUSTER}-es-elastic-user"
"""Secret with the password of the user `elastic`, under the key `elastic`."""

USER: Final = "fluent-bit"
USER_SECRET: Final = f"{USER}-{CLUSTER}"
"""Elasticsearch user that may append logs, and the Secret with its name and password."""

DATA_STREAM: Final = "logs-kubernetes-default"
"""The data stream that Fluent Bit writes to."""

EVENT_STREAM: Final = "logs-kubernetes-events"
"""The data stream of the events of the Kubernetes API."""

GRAFANA_UID: Final = "elasticsearch"
"""The uid of Elasticsearch among the data sources of Grafana."""

DATA_STREAMS: Final = "logs-kubernetes-*"
"""The pattern of both and of data streams that users add."""

PORT: Final = 9200
"""Port of Elasticsearch's API."""


def sends_logs_to(destination: LogDestination) -> Callable[[Environment], bool]:
    """A condition: the environment's logs are sent to a destination."""

    def applies(environment: Environment) -> bool:
        return environment.platform.fluent_bit.sends_to(destination)

    return applies


logs_in_elasticsearch: Final = sends_logs_to("elasticsearch")
"""Whether logs are in the platform's Elasticsearch."""
