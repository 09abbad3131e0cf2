"""Fluent Bit as a single pod, which collects the events of the Kubernetes API (I6).

The pods of the DaemonSet would each collect all of them.
"""

from typing import Any, Final

from config.environment import Environment
from modules.addons.fluent_bit import outputs
from modules.addons.fluent_bit.chart import IMAGES, NAME, common_values
from modules.addons.fluent_bit.pipeline import STATE, cluster_name, service
from modules.helm.contract import Addon, Context, Helm, Values
from modules.helm.logs import NAMESPACE
from modules.helm.requirements import FOR_MONITORS, FOR_SERVICES
from modules.helm.workload import Workload
from modules.scheduling import SYSTEM_TOLERATIONS, resources

RELEASE: Final = f"{NAME}-events"

USER: Final = 10001


def configuration(environment: Environment, namespace: str) -> dict[str, Any]:
    """The whole configuration. The time of a record is that of the event's last occurrence.

    After a restart it reads the events of the last hour again. The store knows their ids, because
    these are made from the content.
    https://docs.fluentbit.io/manual/pipeline/inputs/kubernetes-events
    """
    return {
        "service": service(),
        "pipeline": {
            "inputs": [
                {
                    "name": "kubernetes_events",
                    "alias": "events",
                    "tag": "events",
                    "storage.type": "filesystem",
                }
            ],
            "filters": [
                # Of managedFields each path would be a field of its own in Elasticsearch.
                {"name": "record_modifier", "match": "events", "remove_key": "metadata"},
                cluster_name(environment),
            ],
            "outputs": [outputs.event_output(environment, namespace)],
        },
    }


def _values(context: Context) -> Values:
    environment = context.environment
    config = configuration(environment, context.namespace)
    volumes, mounts = _volumes(environment)
    return {
        **common_values(context, RELEASE, config),
        "kind": "Deployment",
        "replicaCount": 1,
        "rbac": {"create": True, "eventsAccess": True},
        "tolerations": SYSTEM_TOLERATIONS,
        "resources": resources("50m", "128Mi"),
        "podSecurityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER,
            "fsGroup": USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "env": [each for each in outputs.environment_variables(environment) if _is_used(each)],
        "extraVolumes": volumes,
        "extraVolumeMounts": mounts,
    }


def _is_used(variable: dict[str, Any]) -> bool:
    return variable["name"] in {outputs.NAME, outputs.PASS}


def _volumes(environment: Environment) -> tuple[list[Values], list[Values]]:
    """Volumes and mounts: a buffer, and a CA."""
    limit = f"{environment.platform.fluent_bit.buffer_gib + 1}Gi"
    volumes: list[Values] = [{"name": "state", "emptyDir": {"sizeLimit": limit}}]
    mounts: list[Values] = [{"name": "state", "mountPath": STATE, "readOnly": False}]
    secret = outputs.ca_secret(environment)
    if secret is not None:
        volume, mount = outputs.ca_volume(secret)
        volumes.append(volume)
        mounts.append(mount)
    return volumes, mounts


ADDON: Final = Addon(
    name=RELEASE,
    chart=NAME,
    namespace=NAMESPACE,
    summary="Sends the events of the Kubernetes API to the destination of logs.",
    values=_values,
    setting="fluent_bit",
    accepts_values=False,
    applies=lambda environment: environment.platform.fluent_bit.kubernetes_events,
    requires=(FOR_SERVICES, FOR_MONITORS, "eck-stack"),
    after=(NAME, "external-secrets"),
    service_account=RELEASE,
    policies=outputs.policies,
    helm=Helm(reason="Waits until it runs."),
    images=IMAGES,
    workloads=(Workload("events", ("resources",), "replicaCount"),),
    notes=(
        "The API keeps events for an hour. One pod reads them; the chart gives it the permission. "
        "[About logs](../logging.md#events-of-the-kubernetes-api)."
    ),
)
