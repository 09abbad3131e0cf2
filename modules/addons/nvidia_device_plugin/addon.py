"""NVIDIA's device plugin, which offers GPUs to pods (L8, option)."""

from typing import Any, Final

from modules.helm.contract import Addon, Context, Helm, Values
from modules.helm.workload import NODE, Workload
from modules.nodes import GPU_PRESENT
from modules.scheduling import EVERYWHERE, NODE_CRITICAL, resources

NAME: Final = "nvidia-device-plugin"

_MANUFACTURER: Final = "karpenter.k8s.aws/instance-gpu-manufacturer"
"""Label that Karpenter gives nodes with GPUs."""


def _values(_: Context) -> Values:
    """Values; chart https://github.com/NVIDIA/k8s-device-plugin/tree/main/deployments/helm.

    The chart's own affinity looks for labels of Node Feature Discovery, which is not installed.
    """
    return {
        "resources": resources("50m", "128Mi"),
        "tolerations": EVERYWHERE,
        "priorityClassName": NODE_CRITICAL,
        "affinity": {
            "nodeAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": {
                    "nodeSelectorTerms": [
                        _nodes_with(_MANUFACTURER, "nvidia"),
                        _nodes_with(GPU_PRESENT, "true"),
                    ]
                }
            }
        },
    }


def _nodes_with(label: str, value: str) -> dict[str, Any]:
    return {"matchExpressions": [{"key": label, "operator": "In", "values": [value]}]}


ADDON: Final = Addon(
    name=NAME,
    chart=NAME,
    namespace="kube-system",
    summary="Offers the GPUs of nodes to pods, as the resource nvidia.com/gpu.",
    values=_values,
    setting="nvidia_device_plugin",
    pod_security="privileged",
    helm=Helm(reason="It has no pods before there is a node with GPUs."),
    images={"image.repository": "{registry}/nvidia/k8s-device-plugin"},
    workloads=(Workload("plugin", ("resources",), NODE),),
    notes="[Pools and groups with GPUs](../gpu.md). It has no AWS permissions.",
)

ADDONS: Final = (ADDON,)
