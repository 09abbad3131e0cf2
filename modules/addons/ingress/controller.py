"""What the ingress controllers have in common (F2 to F5, F9)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from config.addons.ingress import GATEWAY_ONLY, INTERNAL_ISSUER, WITH_GATEWAY, Controller
from config.derived.front_doors import FrontDoor, internal, public
from config.derived.ip_plan import plan
from config.environment import Environment
from config.types.kubernetes import AddonName
from modules.addons.cert_manager.issuers import API_VERSION, PRIVATE_KEY, cluster_issuer
from modules.helm.contract import Addon, Context, Helm, Manifest, PodSecurity, Values
from modules.helm.gateway import CRDS
from modules.helm.manifests import manifest
from modules.helm.platform_namespaces import INGRESS_NAMESPACE, INTERNAL_NAMESPACE
from modules.helm.requirements import FOR_MONITORS, FOR_NODES, FOR_SERVICES
from modules.helm.traffic import PodTraffic, Port
from modules.helm.workload import Workload

REQUIRES: Final = (
    FOR_SERVICES,
    "cert-manager",
    FOR_NODES,
    FOR_MONITORS,
)
EKS_ADDONS: Final[tuple[AddonName, ...]] = ("metrics-server",)
"""For their HorizontalPodAutoscalers."""

CERTIFICATE: Final = "default-certificate"
"""Certificate and Secret for host names without their own."""

NAMESPACE_LABELS: Final = {"elbv2.k8s.aws/pod-readiness-gate-inject": "enabled"}
"""A new pod becomes ready when its target is healthy, so that a rollout does not remove the last
old pod before.
https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/pod_readiness_gate/"""

CONTROLLER_LABEL: Final = "ingress-controller"
"""Names the controller. Terraform changes a namespace after it has removed what was in it, and
before it installs anything new. So a controller is gone when its successor is installed, some of
whose objects have the same names."""

HELM: Final = Helm(
    timeout_seconds=900,
    reason=(
        "Waits until all replicas are ready, which may need new nodes; the pods are registered "
        "with the front door's target groups after that."
    ),
)


def addons(
    controller: Controller,
    *,
    name: str,
    chart: str = "",
    summary: str,
    values: Callable[[Context, FrontDoor], Values],
    service: str,
    images: Mapping[str, str],
    workloads: tuple[Workload, ...],
    traffic: Callable[[Context, FrontDoor], Sequence[PodTraffic]],
    notes: str,
    pod_security: PodSecurity = "restricted",
    prerequisites: Callable[[Context, FrontDoor], Sequence[Manifest]] | None = None,
    objects: Callable[[Context, FrontDoor], Sequence[Manifest]] = lambda _, __: (),
) -> tuple[Addon, Addon]:
    """Makes the add-ons of an ingress controller, for the public and the internal load balancer.

    Args:
        controller: the value of `platform.ingress.controller` that selects it.
        name: name of its release for the public load balancer.
        chart: its chart; by default that of its name.
        service: the name of its Service, with `{release}` for that of its release. The Service has
            ports 80 and 443.
        prerequisites: what it needs to start; by default the default certificate.
        objects: what is installed after it, besides the bindings to the target groups.
    """
    needed = prerequisites or default_certificate

    def applies(door: FrontDoor) -> bool:
        return door.has_controller and door.environment.platform.ingress.controller == controller

    def resources(context: Context, door: FrontDoor) -> tuple[Manifest, ...]:
        its_service = service.format(release=release_name(door, name))
        return (*objects(context, door), *target_group_bindings(context, door, its_service))

    first = Addon(
        name=name,
        chart=chart or name,
        namespace=INGRESS_NAMESPACE,
        summary=summary,
        values=lambda context: values(context, public(context.environment)),
        setting="ingress",
        requires=(*REQUIRES, *((CRDS,) if controller in WITH_GATEWAY else ())),
        eks_addons=EKS_ADDONS,
        serves_ingresses=True,
        applies=lambda environment: applies(public(environment)),
        prerequisites=lambda context: needed(context, public(context.environment)),
        resources=lambda context: resources(context, public(context.environment)),
        helm=HELM,
        images=images,
        pod_security=pod_security,
        namespace_labels=NAMESPACE_LABELS | {CONTROLLER_LABEL: controller},
        workloads=workloads,
        traffic=lambda context: traffic(context, public(context.environment)),
        notes=notes,
    )
    second = replace(
        first,
        name=f"{name}-internal",
        copy_of=name,
        namespace=INTERNAL_NAMESPACE,
        own_namespace=True,
        summary=f"A second release of {name}, behind the load balancer of `edge.internal`.",
        values=lambda context: values(context, internal(context.environment)),
        applies=lambda environment: applies(internal(environment)),
        prerequisites=lambda context: needed(context, internal(context.environment)),
        resources=lambda context: resources(context, internal(context.environment)),
        traffic=lambda context: traffic(context, internal(context.environment)),
        # The first release installs the CRDs, if there is one.
        after=(name,),
        notes=f"{_served(controller)} It has the settings, version and values of "
        "`platform.ingress`.",
    )
    return first, second


def _served(controller: Controller) -> str:
    """What the release behind the internal load balancer serves."""
    link = "([Internal load balancer](../edge.md#internal-load-balancer))"
    if controller in GATEWAY_ONLY:
        return f"It serves the Gateway where there is no public load balancer {link}."
    return f"It has an IngressClass of its own, and serves only Ingresses of that class {link}."


def release_name(door: FrontDoor, name: str) -> str:
    """Name of a controller's release.

    Args:
        name: the name of its release for the public load balancer.
    """
    return f"{name}-internal" if door.is_internal else name


def pod_traffic(
    door: FrontDoor,
    labels: Mapping[str, str],
    *,
    metrics: int,
    webhooks: tuple[int, ...] = (),
    outside: tuple[Port, ...] = (),
) -> PodTraffic:
    """The traffic of a controller's pods."""
    return PodTraffic(
        "controller",
        labels,
        api=True,
        outside=outside,
        applications=True,
        webhooks=webhooks,
        metrics=(metrics,),
        load_balancer=door.target_ports,
        load_balancer_scheme=door.scheme,
    )


def min_replicas(environment: Environment) -> int:
    """Minimum number of replicas: `min_replicas`, or one per zone and at least two."""
    settings = environment.platform.ingress
    return settings.min_replicas or max(2, len(environment.network.availability_zones))


def trusts_forwarded_headers(door: FrontDoor) -> bool:
    """Whether the client's address is in X-Forwarded-For.

    An Application Load Balancer sets the header. A Network Load Balancer preserves the client's IP
    address, so that the header must not be trusted.
    """
    return door.enabled and door.is_alb


def trusted_addresses(door: FrontDoor) -> list[str]:
    """Whose X-Forwarded-For counts: the subnets of the load balancer.

    A pod that reached the controller would otherwise choose the address that it is logged with. No
    pod and no node is in the public subnets. Nodes are in the private ones, and pods are unless
    they have subnets of their own.
    """
    subnets = plan(door.environment.network).tier(door.tier)
    return [str(subnet.cidr) for subnet in subnets.values()]


def load_balancer_host_name(context: Context, door: FrontDoor) -> dict[str, str]:
    """The load balancer's host name, for the status of Ingresses; empty where there is none."""
    output = door.prefixed("load_balancer_dns_name")
    return {"hostname": context.edge(output)} if door.enabled else {}


def upstream_timeout_seconds(door: FrontDoor) -> int | None:
    """Timeout of responses: the load balancer's idle timeout, and at least 60 seconds.

    Returns:
        None where the load balancer has no such setting.
    """
    if not door.enabled or not door.is_alb:
        return None
    return max(60, door.environment.edge.idle_timeout_seconds)


def keepalive_seconds(timeout: int) -> int:
    """Timeout of idle connections, longer than the load balancer's.

    Otherwise the load balancer sends requests on connections that the pod is closing, and returns
    502.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html#http-502-issues
    """
    return timeout + 15


def drain_seconds(environment: Environment) -> int:
    """Seconds that a terminating pod keeps serving, while the load balancer sends requests."""
    return environment.edge.deregistration_delay_seconds + 10


def drain(environment: Environment) -> dict[str, Any]:
    """A pod's lifecycle that waits for this time before the controller is terminated."""
    return {"preStop": {"sleep": {"seconds": drain_seconds(environment)}}}


def default_certificate(context: Context, door: FrontDoor) -> tuple[Manifest, ...]:
    """The certificate for host names without their own."""
    environment = context.environment
    names = list(door.settings.domain_names) or [f"ingress.{environment.name}.internal"]
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


def target_group_bindings(context: Context, door: FrontDoor, service: str) -> tuple[Manifest, ...]:
    """Registers the pods of a Service with a load balancer's target groups.

    Args:
        service: the controller's Service, with ports 80 and 443.

    Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/targetgroupbinding/targetgroupbinding/
    """
    if not door.enabled:
        return ()
    output = door.prefixed("target_group_arns")
    # EKS Auto Mode knows the VPC and has no such field.
    auto_mode = context.environment.cluster.auto_mode
    vpc = {} if auto_mode else {"vpcID": context.vpc_id}
    return tuple(
        manifest(
            "eks.amazonaws.com/v1" if auto_mode else "elbv2.k8s.aws/v1beta1",
            "TargetGroupBinding",
            key,
            {
                # Without `networking` the controller changes no security group rules.
                "serviceRef": {"name": service, "port": {"http": 80, "https": 443}[key]},
                "targetGroupARN": context.edge(f"{output}.{key}"),
                "targetType": "ip",
                **vpc,
            },
            namespace=context.namespace,
        )
        for key in door.settings.target_groups
    )
