"""All add-ons there are, and what they come to in an environment."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from config.environment import Environment
from modules.addons import (
    argo_cd,
    aws_load_balancer_controller,
    cert_manager,
    cilium,
    cluster_autoscaler,
    eck_operator,
    eck_stack,
    external_dns,
    external_secrets,
    falco,
    fluent_bit,
    ingress_nginx,
    istio,
    istio_gateway,
    karpenter,
    kube_prometheus_stack,
    kubernetes_ingress,
    kyverno,
    nginx_ingress,
    opencost,
    prometheus_operator_crds,
    secrets_store_csi,
    traefik,
    velero,
    vertical_pod_autoscaler,
)
from modules.addons.contract import Addon, PodSecurity
from modules.addons.pod_security import pod_security
from modules.addons.references import fill
from modules.addons.releases import PlannedRelease, planned

ADDONS: Final[tuple[Addon, ...]] = (
    aws_load_balancer_controller.ADDON,
    karpenter.CRD_ADDON,
    karpenter.ADDON,
    cluster_autoscaler.ADDON,
    vertical_pod_autoscaler.ADDON,
    cert_manager.ADDON,
    nginx_ingress.ADDON,
    traefik.ADDON,
    kubernetes_ingress.ADDON,
    ingress_nginx.ADDON,
    argo_cd.ADDON,
    external_secrets.ADDON,
    secrets_store_csi.ADDON,
    secrets_store_csi.PROVIDER,
    external_dns.ADDON,
    kyverno.ADDON,
    falco.ADDON,
    prometheus_operator_crds.ADDON,
    kube_prometheus_stack.ADDON,
    istio.BASE,
    istio.CNI,
    istio.ADDON,
    istio_gateway.ADDON,
    velero.ADDON,
    fluent_bit.ADDON,
    eck_operator.ADDON,
    eck_stack.ADDON,
    cilium.ADDON,
    opencost.ADDON,
)
"""In the order of the docs; the order of installation follows from what each requires."""

EXAMPLES: Final[Mapping[str, str]] = {
    "cluster.vpc_id": "vpc-0123456789abcdef0",
    "cluster.node_security_group_id": "sg-0123456789abcdef0",
    "edge.load_balancer_dns_name": "example-edge-1234567890.eu-west-1.elb.amazonaws.com",
    "role.arn": "arn:aws:iam::123456789012:role/example",
    "edge.target_group_arns.http": (
        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/example-http/0123456789abcdef"
    ),
    "edge.target_group_arns.https": (
        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/example-https/0123456789abcdef"
    ),
}
"""What rendered values have where only Terraform knows; any other reference becomes its name."""


def rendered(environment: Environment) -> dict[str, PlannedRelease]:
    """The releases of an environment by name, in order, with examples for what AWS decides.

    Chart, version, repository, namespace and order are those of the synthesized stack; values and
    manifests are, too, but for EXAMPLES.

    Args:
        environment: the environment.
    """
    return {release.name: _example(release) for release in planned(environment, ADDONS)}


def namespaces(environment: Environment) -> dict[str, PodSecurity]:
    """The namespaces that add-ons bring, by name, with what their pods need.

    Args:
        environment: the environment.
    """
    return pod_security(planned(environment, ADDONS))


def _example(release: PlannedRelease) -> PlannedRelease:
    values = _filled(release.values)
    manifests = values["resources"] if release.manifests else ()
    return replace(release, values=values, manifests=manifests)


def _filled(value: Any) -> Any:
    match value:
        case str():
            return fill(value, lambda name: EXAMPLES.get(name, name))
        case dict():
            return {key: _filled(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_filled(inner) for inner in value]
        case _:
            return value
