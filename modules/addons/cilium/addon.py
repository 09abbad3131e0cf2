"""Cilium with WireGuard, chained after the VPC CNI (requirement J4)."""

from collections.abc import Sequence
from typing import Any, Final

from config.addons.cilium import CiliumSettings
from config.environment import Environment
from config.types.taint import Taint
from modules.helm.contract import Addon, Context, Helm, Manifest, Values
from modules.helm.manifests import manifest
from modules.helm.metrics import PROMETHEUS_OPERATOR_CRDS, metrics_on
from modules.helm.scheduling import SYSTEM_TOLERATIONS, resources
from modules.helm.workload import JOB, NODE, Workload

NAME: Final = "cilium"

NOT_READY: Final = Taint(key="node.cilium.io/agent-not-ready", value="true", effect="NoExecute")
"""Keeps pods off a new node until Cilium runs on it, which takes the taint away.
https://docs.cilium.io/en/stable/installation/taints/"""

STARTED_AGAIN: Final = "app.kubernetes.io/part-of notin (cilium),!batch.kubernetes.io/job-name"
"""Which pods Cilium's operator starts again where they run without Cilium: all but jobs, whose
work would be lost, and not cluster DNS only, as by default.

The chart writes an empty selector so that the default is taken in its place.
https://github.com/cilium/cilium/issues/47948
"""

HUBBLE_METRICS: Final = ["dns", "drop", "flow", "icmp", "tcp"]


def cilium_on(environment: Environment) -> bool:
    """Whether Cilium is chained after the VPC CNI."""
    return environment.platform.cilium.enabled


def with_startup_taint(environment: Environment, taints: Sequence[Taint]) -> list[Taint]:
    """Taints of nodes, with that of nodes that wait for Cilium where it is on."""
    wanted = cilium_on(environment) and NOT_READY.key not in {taint.key for taint in taints}
    return [*taints, NOT_READY] if wanted else list(taints)


def _values(context: Context) -> Values:
    """Values after https://docs.cilium.io/en/stable/installation/cni-chaining-aws-cni/.

    * WireGuard's packets are larger than the VPC CNI knows, so Cilium lowers the MTU of routes.
    * kube-proxy stays. Where there is a mesh, connections are balanced after its sidecars:
      https://docs.cilium.io/en/stable/network/servicemesh/istio/
    * Rules on layer 7 do not work in a chain: https://github.com/cilium/cilium/issues/12454.
      Without them no Envoy runs on every node.
    """
    environment = context.environment
    settings, metrics = environment.platform.cilium, metrics_on(environment)
    monitor = {"enabled": metrics, "serviceMonitor": {"enabled": metrics}}
    values: Values = {
        "cni": {
            "chainingMode": "aws-cni",
            "exclusive": False,
            "enableRouteMTUForCNIChaining": True,
            "resources": resources("50m", "64Mi"),
        },
        "enableIPv4Masquerade": False,
        "routingMode": "native",
        "endpointRoutes": {"enabled": True},
        "kubeProxyReplacement": "false",
        "encryption": {"enabled": True, "type": "wireguard"},
        "l7Proxy": False,
        "envoy": {"enabled": False},
        "rollOutCiliumPods": True,
        "resources": resources("100m", "512Mi"),
        "initResources": resources("50m", "64Mi"),
        "prometheus": {
            "enabled": metrics,
            "serviceMonitor": {"enabled": metrics, "trustCRDsExist": metrics},
        },
        "operator": {
            "replicas": settings.operator_replicas,
            "rollOutPods": True,
            "podDisruptionBudget": {"enabled": settings.operator_replicas > 1},
            "tolerations": SYSTEM_TOLERATIONS,
            "resources": resources("50m", "256Mi"),
            "prometheus": monitor,
            "unmanagedPodWatcher": {"restart": True, "selector": STARTED_AGAIN},
        },
        **_hubble(settings, metrics=metrics),
    }
    if environment.platform.istio.enabled:
        values["socketLB"] = {"hostNamespaceOnly": True}
    return values


def _hubble(settings: CiliumSettings, *, metrics: bool) -> dict[str, Any]:
    if not settings.hubble:
        return {"hubble": {"enabled": False}}
    return {
        "hubble": {
            "enabled": True,
            "relay": {
                "enabled": True,
                "tolerations": SYSTEM_TOLERATIONS,
                "resources": resources("50m", "128Mi"),
            },
            "metrics": {
                "enabled": HUBBLE_METRICS if metrics else None,
                "serviceMonitor": {"enabled": metrics},
            },
            # Helm would make another certificate at each upgrade.
            "tls": {"auto": {"method": "cronJob"}},
        },
        "certgen": {"tolerations": SYSTEM_TOLERATIONS, "resources": resources("50m", "64Mi")},
    }


def _resources(context: Context) -> tuple[Manifest, ...]:
    """Lets pods reach the agent that gives them their IAM role.

    It is on the node's own network, which policies of Kubernetes cannot name to Cilium. The rule
    adds to what other policies allow and, by itself, forbids nothing.

    Sources: https://github.com/cilium/cilium/issues/34387 and
    https://docs.cilium.io/en/stable/security/policy/intro/#rule-basics
    """
    if context.environment.cluster.identity != "pod_identity":
        return ()
    spec = {
        "endpointSelector": {},
        "enableDefaultDeny": {"egress": False, "ingress": False},
        "egress": [
            {
                "toEntities": ["host"],
                "toPorts": [{"ports": [{"port": "80", "protocol": "TCP"}]}],
            }
        ],
    }
    kind = "CiliumClusterwideNetworkPolicy"
    return (manifest("cilium.io/v2", kind, "allow-pod-identity", spec),)


ADDON: Final = Addon(
    name=NAME,
    chart=NAME,
    namespace="kube-system",
    summary="Encrypts what pods on different nodes say to each other, with WireGuard.",
    values=_values,
    requires=(PROMETHEUS_OPERATOR_CRDS,),
    install_first=True,
    applies=cilium_on,
    resources=_resources,
    helm=Helm(
        timeout_seconds=900,
        reason=(
            "Waits until every node has its agent: a pod that starts before is not encrypted. All "
            "other add-ons come after it."
        ),
    ),
    images={
        "image.repository": "{registry}/cilium/cilium",
        "operator.image.repository": "{registry}/cilium/operator",
        "hubble.relay.image.repository": "{registry}/cilium/hubble-relay",
        "certgen.image.repository": "{registry}/cilium/certgen",
    },
    pod_security="privileged",
    workloads=(
        Workload("agent", ("resources",), NODE, init_resources=("initResources", "cni.resources")),
        Workload("operator", ("operator.resources",), "operator.replicas"),
        Workload("hubble-relay", ("hubble.relay.resources",), enabled="hubble.enabled"),
        Workload("certgen", ("certgen.resources",), JOB, enabled="hubble.enabled"),
    ),
    notes=(
        "Nodes talk WireGuard on UDP port 51871, which the node security group's rule for node to "
        "node includes. Packets between pods of the same node are not encrypted: they do not "
        "leave it. Security groups for pods work in the chain, but see WireGuard's packets only. "
        "The VPC CNI's network-policy agent is switched off, because Cilium enforces the same "
        "policies; to Cilium, an address block in a policy means addresses outside of the "
        "cluster and never pods. See docs/encryption-in-transit.md."
    ),
)

ADDONS: Final = (ADDON,)
