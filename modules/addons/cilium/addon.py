"""Cilium with WireGuard, chained after the VPC CNI (J4)."""

from typing import Any, Final

from config.addons.cilium import CiliumSettings
from config.environment import Environment
from modules.helm.contract import Addon, Context, Helm, Manifest, Values
from modules.helm.manifests import manifest
from modules.helm.metrics import metrics_on
from modules.helm.requirements import FOR_MONITORS
from modules.helm.workload import BY_DEFAULT, JOB, NODE, Workload
from modules.scheduling import SYSTEM_TOLERATIONS, resources

NAME: Final = "cilium"

STARTED_AGAIN: Final = "app.kubernetes.io/part-of notin (cilium),!batch.kubernetes.io/job-name"
"""Selects pods that Cilium's operator restarts where they run without Cilium: all except Jobs,
whose work would be lost; the default is cluster DNS only.

With an empty selector the chart renders the default.
https://github.com/cilium/cilium/issues/47948
"""

HUBBLE_METRICS: Final = ["dns", "drop", "flow", "icmp", "tcp"]


def cilium_on(environment: Environment) -> bool:
    """Whether Cilium is enabled."""
    return environment.platform.cilium.enabled


def _values(context: Context) -> Values:
    """Values after https://docs.cilium.io/en/stable/installation/cni-chaining-aws-cni/.

    * The VPC CNI does not account for WireGuard's overhead, so that Cilium lowers the MTU of
      routes.
    * kube-proxy stays. With a service mesh, load balancing must not bypass its sidecars:
      https://docs.cilium.io/en/stable/network/servicemesh/istio/
    * Layer 7 rules do not work with chaining: https://github.com/cilium/cilium/issues/12454. So
      Envoy is not needed.
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
        # So that network policies can select nodes by their addresses, as the VPC CNI does.
        "policyCIDRMatchMode": "nodes",
        "l7Proxy": False,
        "envoy": {"enabled": False},
        "rollOutCiliumPods": True,
        # Helm waits for all agents but so many. With the chart's 2 it would wait for none on two
        # nodes, and install what follows before any pod is encrypted.
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1}},
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
            # With the method `helm` each upgrade would make a new certificate.
            "tls": {"auto": {"method": "cronJob"}},
        },
        "certgen": {"tolerations": SYSTEM_TOLERATIONS, "resources": resources("50m", "64Mi")},
    }


def _resources(context: Context) -> tuple[Manifest, ...]:
    """Allows pods to reach the EKS Pod Identity Agent.

    The agent is in the node's network, which Kubernetes network policies cannot select in Cilium.
    The policy adds to what others allow and denies nothing by itself.

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
    summary="Encrypts pod-to-pod traffic between nodes with WireGuard.",
    values=_values,
    requires=(FOR_MONITORS,),
    install_first=True,
    applies=cilium_on,
    resources=_resources,
    helm=Helm(
        timeout_seconds=900,
        reason=(
            "Waits until every node has its agent: pods that start before it are not encrypted. "
            "All other add-ons are installed after it."
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
        Workload("operator", ("operator.resources",), "operator.replicas", apart=BY_DEFAULT),
        Workload("hubble-relay", ("hubble.relay.resources",), enabled="hubble.enabled"),
        Workload("certgen", ("certgen.resources",), JOB, enabled="hubble.enabled"),
    ),
    notes=(
        "Nodes use UDP port 51871 for WireGuard, which the node security group's rule from node "
        "to node includes. Traffic between pods of the same node is not encrypted: it does not "
        "leave the node. Security groups for pods work with chaining, but see WireGuard's packets "
        "only. The VPC CNI's network policy agent is disabled, because Cilium enforces the same "
        "policies; in Cilium, a CIDR block in a policy matches addresses outside of the cluster "
        "and never pods. See docs/encryption-in-transit.md."
    ),
)

ADDONS: Final = (ADDON,)
