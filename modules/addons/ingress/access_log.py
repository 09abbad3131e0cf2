"""Access logs of the ingress controllers as JSON, which the dashboards of Kibana read.

HAProxy logs no requests by default.
"""

import json
from typing import Any, Final

from config.derived.front_doors import FrontDoor

MARKER: Final = "access_log"
"""The field that tells an access log from other logs; its value is the Ingress class."""

_NGINX: Final = {
    "status": "$status",
    "method": "$request_method",
    "host": "$host",
    # Without the query, which may contain secrets.
    "path": "$uri",
    "seconds": "$request_time",
    "bytes": "$body_bytes_sent",
    "client": "$remote_addr",
    "user_agent": "$http_user_agent",
}
"""Variables that NGINX itself has, whatever Ingresses there are.
https://nginx.org/en/docs/varindex.html"""


def nginx_format(door: FrontDoor) -> str:
    """NGINX's `log_format`; it must escape JSON."""
    return json.dumps({MARKER: door.class_name, **_NGINX})


TRAEFIK: Final[dict[str, Any]] = {
    "enabled": True,
    "format": "json",
    "fields": {
        # By it Fluent Bit knows health checks.
        "headers": {"names": {"User-Agent": "keep"}},
        "queryParameters": {"defaultMode": "drop"},
    },
}
"""https://doc.traefik.io/traefik/reference/install-configuration/observability/logs-and-accesslogs/"""

_ENVOY: Final = {
    "status": "%RESPONSE_CODE%",
    "method": "%REQ(:METHOD)%",
    "host": "%REQ(:AUTHORITY)%",
    # Without the query, which may contain secrets.
    "path": "%PATH(NQ:ORIG)%",
    "milliseconds": "%DURATION%",
    "bytes": "%BYTES_SENT%",
    "client": "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%",
    "user_agent": "%REQ(USER-AGENT)%",
}
"""https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage"""


def envoy(door: FrontDoor) -> dict[str, Any]:
    """Envoy's access log, as an entry of `telemetry.accessLog.settings` of an EnvoyProxy."""
    fields = {MARKER: door.class_name, **_ENVOY}
    return {
        "format": {"type": "JSON", "json": fields},
        "sinks": [{"type": "File", "file": {"path": "/dev/stdout"}}],
    }
