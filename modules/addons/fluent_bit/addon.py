"""Fluent Bit, which collects the logs of every node (I4)."""

from typing import Final

from modules.addons.fluent_bit import events, outputs
from modules.addons.fluent_bit.chart import IMAGES, NAME, common_values
from modules.addons.fluent_bit.pipeline import STATE, configuration
from modules.helm.cluster_secrets import referenced_secrets
from modules.helm.contract import Addon, Context, Helm, Manifest, Values
from modules.helm.logs import NAMESPACE, PORT
from modules.helm.requirements import FOR_MONITORS, FOR_SERVICES
from modules.helm.traffic import Call, PodTraffic, tcp
from modules.helm.workload import NODE, Workload
from modules.scheduling import resources


def _values(context: Context) -> Values:
    """Values; chart https://github.com/fluent/helm-charts/tree/main/charts/fluent-bit."""
    environment = context.environment
    config = configuration(environment, context.namespace)
    volumes, mounts = _volumes(context)
    return {
        **common_values(context, NAME, config),
        # On every node, with priority over the pods whose logs it collects.
        "tolerations": [{"operator": "Exists"}],
        "priorityClassName": "system-node-critical",
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "10%"}},
        "resources": resources("100m", "256Mi"),
        "podSecurityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
        # Log files of containers belong to root.
        "securityContext": {
            "runAsUser": 0,
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "env": outputs.environment_variables(environment),
        "daemonSetVolumes": volumes,
        "daemonSetVolumeMounts": mounts,
    }


def _volumes(context: Context) -> tuple[list[Values], list[Values]]:
    """Volumes and mounts: the node's logs, a writable directory of the node, and a CA."""
    folders = {
        "logs": ("/var/log", "Directory", True),
        "machine-id": ("/etc/machine-id", "File", True),
        "state": (STATE, "DirectoryOrCreate", False),
    }
    volumes: list[Values] = [
        {"name": name, "hostPath": {"path": path, "type": type_}}
        for name, (path, type_, _) in folders.items()
    ]
    mounts: list[Values] = [
        {"name": name, "mountPath": path, "readOnly": read_only}
        for name, (path, _, read_only) in folders.items()
    ]
    secret = outputs.ca_secret(context.environment)
    if secret is not None:
        volume, mount = outputs.ca_volume(secret)
        volumes.append(volume)
        mounts.append(mount)
    return volumes, mounts


def _secrets(context: Context) -> tuple[Manifest, ...]:
    """Credentials and CA of a log store outside the cluster."""
    return referenced_secrets(context.environment, "fluent_bit", context.namespace)


def _traffic(context: Context) -> tuple[PodTraffic, ...]:
    settings = context.environment.platform.fluent_bit
    existing = settings.existing if settings.destination == "existing" else None
    return (
        PodTraffic(
            NAME,
            {"app.kubernetes.io/name": NAME},
            api=True,
            aws=context.has_role,
            outside=tcp(existing.port) if existing else (),
            calls=(Call("eck-stack", "elasticsearch", tcp(PORT)),),
            metrics=(2020,),
        ),
    )


ADDON: Final = Addon(
    name=NAME,
    chart=NAME,
    namespace=NAMESPACE,
    summary=(
        "Collects the logs of every node, joins stack traces, adds the metadata of pods, and "
        "sends them to Elasticsearch or CloudWatch."
    ),
    values=_values,
    requires=(FOR_SERVICES, FOR_MONITORS, "eck-stack"),
    after=("external-secrets",),
    prerequisites=_secrets,
    service_account=NAME,
    policies=outputs.policies,
    helm=Helm(reason="Waits until it runs on every node."),
    images=IMAGES,
    pod_security="privileged",
    workloads=(Workload("fluent-bit", ("resources",), NODE),),
    traffic=_traffic,
    notes=(
        "Its pods mount host paths, which only privileged namespaces allow; they run without "
        "capabilities. [About logs](../logging.md)."
    ),
)

ADDONS: Final = (ADDON, events.ADDON)
