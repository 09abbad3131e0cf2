"""The Secrets Store CSI driver and AWS's provider (requirement J2, option)."""

from collections.abc import Sequence
from typing import Final

from modules.helm.contract import Addon, Context, Helm, Manifest, Values
from modules.helm.metrics import PROMETHEUS_OPERATOR_CRDS
from modules.helm.monitors import pod_monitors
from modules.helm.scheduling import resources
from modules.helm.workload import JOB, NODE, Workload

DRIVER: Final = "secrets-store-csi-driver"

EVERYWHERE: Final = [{"operator": "Exists"}]
"""A pod that mounts secrets may run on any node."""

PRIORITY: Final = "system-node-critical"

AUDIENCES: Final = ("sts.amazonaws.com", "pods.eks.amazonaws.com")
"""Whom the tokens of pods are for: IRSA's and EKS Pod Identity's side of AWS.
https://github.com/aws/secrets-store-csi-driver-provider-aws"""


def _driver_values(context: Context) -> Values:
    """Values; https://secrets-store-csi-driver.sigs.k8s.io/topics/secret-auto-rotation."""
    settings = context.environment.platform.secrets_store_csi
    rotation = settings.rotation_minutes
    return {
        "syncSecret": {"enabled": settings.sync},
        "enableSecretRotation": rotation is not None,
        **({"rotationPollInterval": f"{rotation}m"} if rotation is not None else {}),
        "tokenRequests": [{"audience": audience} for audience in AUDIENCES],
        "linux": {
            "tolerations": EVERYWHERE,
            "priorityClassName": PRIORITY,
            "driver": {"resources": resources("50m", "200Mi")},
            "registrar": {"resources": resources("10m", "100Mi")},
            "livenessProbe": {"resources": resources("10m", "100Mi")},
            "crds": {"resources": resources("10m", "64Mi")},
        },
    }


def _driver_resources(context: Context) -> Sequence[Manifest]:
    """The driver's metrics; https://secrets-store-csi-driver.sigs.k8s.io/topics/metrics."""
    return pod_monitors(context, DRIVER, {"app": DRIVER}, "metrics")


ADDON: Final = Addon(
    name=DRIVER,
    chart=DRIVER,
    namespace="kube-system",
    summary="Mounts secrets into pods as files, without a Kubernetes Secret.",
    values=_driver_values,
    setting="secrets_store_csi",
    requires=(PROMETHEUS_OPERATOR_CRDS,),
    resources=_driver_resources,
    pod_security="privileged",
    helm=Helm(reason="A job of the chart upgrades its kinds first."),
    images={
        "linux.image.repository": "{registry}/csi-secrets-store/driver",
        "linux.crds.image.repository": "{registry}/csi-secrets-store/driver-crds",
        "linux.registrarImage.repository": "{registry}/sig-storage/csi-node-driver-registrar",
        "linux.livenessProbeImage.repository": "{registry}/sig-storage/livenessprobe",
    },
    workloads=(
        Workload(
            "driver",
            (
                "linux.driver.resources",
                "linux.registrar.resources",
                "linux.livenessProbe.resources",
            ),
            NODE,
        ),
        Workload("upgrade of the kinds", ("linux.crds.resources",), JOB),
    ),
    notes="[How pods use it](../secrets.md#mount-it). It has no AWS permissions: pods have.",
)

ADDONS: Final = (ADDON,)
