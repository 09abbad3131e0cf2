"""The AWS provider for the Secrets Store CSI driver (J2, option)."""

from typing import Final

from modules.helm.contract import Addon, Context, Values
from modules.helm.workload import NODE, Workload
from modules.scheduling import EVERYWHERE, NODE_CRITICAL, resources

DRIVER: Final = "secrets-store-csi-driver"
"""Name of the driver's add-on, and of its chart among the provider's values."""


def _provider_values(context: Context) -> Values:
    return {
        "awsRegion": context.environment.region,
        DRIVER: {"install": False},
        "tolerations": EVERYWHERE,
        "priorityClassName": NODE_CRITICAL,
        "resources": resources("50m", "100Mi"),
    }


ADDON: Final = Addon(
    name="secrets-store-csi-driver-provider-aws",
    chart="secrets-store-csi-driver-provider-aws",
    namespace="kube-system",
    summary="Reads the secrets that the Secrets Store CSI driver mounts, with the pod's IAM role.",
    values=_provider_values,
    setting="secrets_store_csi_provider_aws",
    applies=lambda environment: environment.platform.secrets_store_csi.enabled,
    requires=(DRIVER,),
    pod_security="privileged",
    images={
        "image.repository": "{registry}/aws-secrets-manager/secrets-store-csi-driver-provider-aws"
    },
    workloads=(Workload("provider", ("resources",), NODE),),
)

ADDONS: Final = (ADDON,)
