"""What Fluent Bit and the Elastic Stack have to know of each other."""

from collections.abc import Callable
from typing import Final

from config.addons.fluent_bit import LogDestination
from config.environment import Environment

NAMESPACE: Final = "logging"
"""Of both: pods read secrets of their own namespace only."""

CLUSTER: Final = "elasticsearch"
"""Name of the Elasticsearch resource; the operator's names begin with it."""

KIBANA: Final = "kibana"
"""Name of the Kibana resource."""

SERVICE: Final = f"{CLUSTER}-es-http"
"""Service of Elasticsearch's API.
https://www.elastic.co/docs/deploy-manage/deploy/cloud-on-k8s/accessing-services"""

CA_SECRET: Final = f"{CLUSTER}-es-http-certs-public"
"""Secret with the authority of its certificate, as `ca.crt`."""

ADMIN_SECRET: Final = f"{CLUSTER}-es-elastic-user"
"""Secret with the password of the user `elastic`, under the key `elastic`."""

USER: Final = "fluent-bit"
USER_SECRET: Final = f"{USER}-{CLUSTER}"
"""User of Elasticsearch who may add lines, and the secret with its name and password."""

DATA_STREAM: Final = "logs-kubernetes-default"
"""The data stream that Fluent Bit writes to."""

DATA_STREAMS: Final = "logs-kubernetes-*"
"""It, and those that people may add beside it."""

PORT: Final = 9200
"""Of Elasticsearch's API."""


def sends_logs_to(destination: LogDestination) -> Callable[[Environment], bool]:
    """Says whether an environment sends its logs somewhere."""

    def applies(environment: Environment) -> bool:
        settings = environment.platform.fluent_bit
        return settings.enabled and settings.destination == destination

    return applies
