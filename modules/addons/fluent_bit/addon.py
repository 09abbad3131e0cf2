"""Fluent Bit, which collects the logs of every node (requirement I4)."""

from typing import Final

import yaml

from modules.addons.fluent_bit import outputs
from modules.addons.fluent_bit.pipeline import STATE, configuration
from modules.helm.cluster_secrets import referenced_secrets
from modules.helm.contract import Addon, Context, Helm, Manifest, Values
from modules.helm.logs import NAMESPACE
from modules.helm.metrics import PROMETHEUS_OPERATOR_CRDS, metrics_on
from modules.helm.scheduling import resources
from modules.helm.workload import NODE, Workload

NAME: Final = "fluent-bit"
FILE: Final = "fluent-bit.yaml"
"""The configuration, in the format that Fluent Bit keeps developing."""


def _values(context: Context) -> Values:
    """Values; chart https://github.com/fluent/helm-charts/tree/main/charts/fluent-bit."""
    environment = context.environment
    config = configuration(environment, context.namespace)
    volumes, mounts = _volumes(context)
    return {
        "testFramework": {"enabled": False},
        "serviceAccount": {"name": NAME, "annotations": context.role_annotations},
        "serviceMonitor": {"enabled": metrics_on(environment)},
        # On every node, and before the pods whose logs it collects.
        "tolerations": [{"operator": "Exists"}],
        "priorityClassName": "system-node-critical",
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "10%"}},
        "resources": resources("100m", "256Mi"),
        "podSecurityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
        # The files of containers belong to root.
        "securityContext": {
            "runAsUser": 0,
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "env": outputs.environment_variables(environment),
        "config": {
            **dict.fromkeys(("service", "inputs", "filters", "outputs", "customParsers"), ""),
            "extraFiles": {FILE: yaml.safe_dump(config, sort_keys=False, width=1000)},
        },
        "args": ["--workdir=/fluent-bit/etc", f"--config=/fluent-bit/etc/conf/{FILE}"],
        "daemonSetVolumes": volumes,
        "daemonSetVolumeMounts": mounts,
    }


def _volumes(context: Context) -> tuple[list[Values], list[Values]]:
    """The node's logs to read, a folder of the node to write, and an authority to check against."""
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
        items = [{"key": "ca.crt", "path": "ca.crt"}]
        volumes.append({"name": "ca", "secret": {"secretName": secret, "items": items}})
        folder = outputs.CA_FOLDER
        mounts.append({"name": "ca", "mountPath": folder, "readOnly": True})
    return volumes, mounts


def _secrets(context: Context) -> tuple[Manifest, ...]:
    """Credentials and authority of a log store outside the cluster."""
    return referenced_secrets(context.environment, "fluent_bit", context.namespace)


ADDON: Final = Addon(
    name=NAME,
    chart=NAME,
    namespace=NAMESPACE,
    summary=(
        "Reads the logs of every node, puts stack traces together, says which pod each line is of, "
        "and sends it on: to Elasticsearch or CloudWatch."
    ),
    values=_values,
    requires=("aws-load-balancer-controller", PROMETHEUS_OPERATOR_CRDS, "eck-stack"),
    after=("external-secrets",),
    prerequisites=_secrets,
    service_account=NAME,
    policies=outputs.policies,
    helm=Helm(reason="Waits until it runs on every node that is there."),
    images={"image.repository": "{registry}/fluent/fluent-bit"},
    pod_security="privileged",
    workloads=(Workload("fluent-bit", ("resources",), NODE),),
    notes=(
        "Its pods mount folders of the node, which only privileged namespaces allow; they run "
        "without any capability. [About logs](../logging.md)."
    ),
)

ADDONS: Final = (ADDON,)
