"""The Secrets Store CSI driver (J2, option)."""

from collections.abc import Sequence
from typing import Final

from modules.helm.contract import Addon, Context, Helm, Manifest, Values
from modules.helm.monitors import pod_monitors
from modules.helm.requirements import FOR_MONITORS
from modules.helm.workload import JOB, NODE, Workload
from modules.scheduling import EVERYWHERE, NODE_CRITICAL, resources

DRIVER: Final = "secrets-store-csi-driver"

AUDIENCES: Final = ("sts.amazonaws.com", "pods.eks.amazonaws.com")
"""Audiences of the pods' tokens, for IRSA and EKS Pod Identity.
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
            # A pod that mounts secrets may run on any node.
            "tolerations": EVERYWHERE,
            "priorityClassName": NODE_CRITICAL,
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
    requires=(FOR_MONITORS,),
    resources=_driver_resources,
    pod_security="privileged",
    helm=Helm(reason="A Job of the chart upgrades its CRDs first."),
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
        Workload("crds", ("linux.crds.resources",), JOB),
    ),
    notes=(
        "[How pods use it](../secrets.md#mount-it). It has no AWS permissions; it uses the pods' "
        "roles."
    ),
)

ADDONS: Final = (ADDON,)
