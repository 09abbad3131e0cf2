"""Rules of the network policies: whether they are enforced, and for which namespaces they are."""

from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.problem import Path, Problem
from modules.addons.catalog import enabled_addons
from modules.helm.pod_security import KUBERNETES_NAMESPACES
from rules.registration import rule

SECTION: Final[Path] = ("platform", "network_policies")

ENFORCED: Final[Path] = ("cluster", "addons", "vpc-cni", "values", "enableNetworkPolicy")


STRICT: Final[Path] = (*ENFORCED[:-1], "env", "NETWORK_POLICY_ENFORCING_MODE")


@rule("platform")
def allowed_traffic_is_of_an_addons_namespace(environment: Environment) -> Iterator[Problem]:
    """Additional traffic is allowed in namespaces of add-ons, which have network policies."""
    settings = environment.platform.network_policies
    if settings.allow and not settings.enabled:
        message = "has no effect while platform.network_policies.enabled is false"
        yield Problem((*SECTION, "allow"), message)
        return
    names = {
        addon.namespace_in(environment)
        for addon in enabled_addons(environment)
        if addon.installed(environment)
    } - KUBERNETES_NAMESPACES
    for name in settings.allow:
        if name in KUBERNETES_NAMESPACES:
            message = "has no network policies of the platform, so that all traffic is allowed"
            yield Problem((*SECTION, "allow", name), message, name)
        elif name not in names:
            message = "is not the namespace of an add-on"
            allowed = ", ".join(sorted(names))
            yield Problem((*SECTION, "allow", name), message, name, allowed)


@rule("platform", severity="warning")
def pods_of_addons_are_isolated(environment: Environment) -> Iterator[Problem]:
    """Without network policies every pod may connect to the pods of add-ons."""
    if not environment.platform.network_policies.enabled:
        yield Problem(
            (*SECTION, "enabled"),
            "lets every pod connect to the pods of add-ons, for example to Prometheus, to Redis of "
            "Argo CD and to the ingress controller past the load balancer's firewall",
            value=False,
        )


@rule("cluster", "platform", severity="warning")
def network_policies_are_enforced(environment: Environment) -> Iterator[Problem]:
    """Network policies have no effect where neither the VPC CNI nor Cilium enforces them."""
    values = environment.cluster.addon("vpc-cni").values
    enforced = str(values.get("enableNetworkPolicy", "true")).lower() != "false"
    if not enforced and not environment.platform.cilium.enabled:
        message = (
            "switches off the enforcement of all network policies, those of teams and of add-ons"
        )
        yield Problem(ENFORCED, message, values["enableNetworkPolicy"], '"true", or nothing')


@rule("cluster", severity="warning")
def system_pods_have_policies_in_strict_mode(environment: Environment) -> Iterator[Problem]:
    """In strict mode pods without a network policy have no connections, CoreDNS among them.

    https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html
    """
    env = environment.cluster.addon("vpc-cni").values.get("env")
    mode = env.get(STRICT[-1]) if isinstance(env, dict) else None
    if mode == "strict":
        message = (
            "denies all connections of pods in kube-system and default, such as CoreDNS, that no "
            "policy of yours allows (docs/network-policies.md)"
        )
        yield Problem(STRICT, message, mode, "standard, until these policies are there")
