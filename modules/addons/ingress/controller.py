"""What the ingress controllers have in common (requirements F2 to F5, F9)."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from config.addons.ingress import INTERNAL_ISSUER, Controller
from config.environment import Environment
from config.types.kubernetes import AddonName
from modules.addons.cert_manager.issuers import API_VERSION, PRIVATE_KEY, cluster_issuer
from modules.helm.contract import Addon, Context, Helm, Manifest, PodSecurity, Values
from modules.helm.manifests import manifest
from modules.helm.metrics import PROMETHEUS_OPERATOR_CRDS
from modules.helm.platform_namespaces import INGRESS_NAMESPACE
from modules.helm.workload import Workload

REQUIRES: Final = (
    "aws-load-balancer-controller",
    "cert-manager",
    "karpenter",
    PROMETHEUS_OPERATOR_CRDS,
)
EKS_ADDONS: Final[tuple[AddonName, ...]] = ("metrics-server",)
"""Their numbers of pods follow the load (HorizontalPodAutoscaler)."""

CERTIFICATE: Final = "default-certificate"
"""Certificate and secret for names that have none of their own."""

NAMESPACE_LABELS: Final = {"elbv2.k8s.aws/pod-readiness-gate-inject": "enabled"}
"""A new pod counts as ready when the load balancer sends it requests, so that a rollout never
takes the last old pod before.
https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/pod_readiness_gate/"""

HELM: Final = Helm(
    timeout_seconds=900,
    reason=(
        "Waits until all replicas are ready, which may take new nodes; the pods join the front "
        "door's target groups after that."
    ),
)


def addon(
    controller: Controller,
    *,
    name: str,
    summary: str,
    values: Callable[[Context], Values],
    service: str,
    images: Mapping[str, str],
    workloads: tuple[Workload, ...],
    notes: str,
    pod_security: PodSecurity = "restricted",
) -> Addon:
    """An ingress controller as an add-on.

    Args:
        controller: the value of `platform.ingress.controller` that selects it.
        name: name of its release and of its chart.
        service: its Service, with ports 80 and 443.
    """

    def applies(environment: Environment) -> bool:
        return environment.platform.ingress.controller == controller

    return Addon(
        name=name,
        chart=name,
        namespace=INGRESS_NAMESPACE,
        summary=summary,
        values=values,
        setting="ingress",
        requires=REQUIRES,
        eks_addons=EKS_ADDONS,
        applies=applies,
        prerequisites=default_certificate,
        resources=lambda context: target_group_bindings(context, service),
        helm=HELM,
        images=images,
        pod_security=pod_security,
        namespace_labels=NAMESPACE_LABELS,
        workloads=workloads,
        notes=notes,
    )


def min_replicas(environment: Environment) -> int:
    """Fewest pods: one in each zone and at least two, unless the settings say otherwise."""
    settings = environment.platform.ingress
    return settings.min_replicas or max(2, len(environment.network.availability_zones))


def trusts_forwarded_headers(environment: Environment) -> bool:
    """Whether the user's address is in X-Forwarded-For.

    An Application Load Balancer puts it there. A Network Load Balancer leaves it the address that
    the connection comes from, and then nobody may be believed who sends such a header.
    """
    return environment.edge.enabled and environment.edge.load_balancer == "alb"


def vpc_cidr(environment: Environment) -> str:
    """The addresses that the load balancer has."""
    return str(environment.network.cidr)


def load_balancer_host_name(context: Context) -> dict[str, str]:
    """The load balancer's name, for the status of Ingresses; empty where there is none."""
    enabled = context.environment.edge.enabled
    return {"hostname": context.edge("load_balancer_dns_name")} if enabled else {}


def is_plain_http(environment: Environment) -> bool:
    """Whether nobody answers on the port of HTTPS, so that nobody may be sent there."""
    return environment.edge.enabled and environment.edge.tls == "none"


def upstream_timeout_seconds(environment: Environment) -> int | None:
    """How long an answer may take: as long as the load balancer waits, and a minute at least.

    Returns:
        None where the load balancer's own limit cannot be set.
    """
    if not environment.edge.enabled or environment.edge.load_balancer != "alb":
        return None
    return max(60, environment.edge.idle_timeout_seconds)


def keepalive_seconds(timeout: int) -> int:
    """How long an idle connection stays open: longer than at the load balancer.

    Otherwise it sends a request into a connection that the pod is just closing, and answers 502.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html#http-502-issues
    """
    return timeout + 15


def drain_seconds(environment: Environment) -> int:
    """Seconds that a terminating pod serves on, while the load balancer still sends requests."""
    return environment.edge.deregistration_delay_seconds + 10


def drain(environment: Environment) -> dict[str, Any]:
    """A pod's lifecycle with that time before the controller hears of the end."""
    return {"preStop": {"sleep": {"seconds": drain_seconds(environment)}}}


def default_certificate(context: Context) -> tuple[Manifest, ...]:
    """The certificate for names that have none of their own."""
    environment = context.environment
    names = list(environment.edge.domain_names) or [f"ingress.{environment.name}.internal"]
    issuer = environment.platform.ingress.certificate_issuer
    lifetime = (
        {"duration": "2160h0m0s", "renewBefore": "720h0m0s"} if issuer == INTERNAL_ISSUER else {}
    )
    return (
        manifest(
            API_VERSION,
            "Certificate",
            CERTIFICATE,
            {
                "secretName": CERTIFICATE,
                "dnsNames": names,
                "issuerRef": cluster_issuer(issuer),
                "privateKey": PRIVATE_KEY,
                **lifetime,
            },
            namespace=context.namespace,
        ),
    )


def target_group_bindings(context: Context, service: str) -> tuple[Manifest, ...]:
    """Puts the pods behind a Service into the front door's target groups.

    Args:
        service: the controller's Service, with ports 80 and 443.

    Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/targetgroupbinding/targetgroupbinding/
    """
    edge = context.environment.edge
    if not edge.enabled:
        return ()
    return tuple(
        manifest(
            "elbv2.k8s.aws/v1beta1",
            "TargetGroupBinding",
            key,
            {
                # Without `networking` the nodes' rules stay Terraform's.
                "serviceRef": {"name": service, "port": {"http": 80, "https": 443}[key]},
                "targetGroupARN": context.edge(f"target_group_arns.{key}"),
                "targetType": "ip",
                "vpcID": context.vpc_id,
            },
            namespace=context.namespace,
        )
        for key in edge.target_groups
    )
