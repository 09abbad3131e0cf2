"""external-dns: records in Route 53 for Services and Ingresses (F10)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from config.derived.front_doors import FrontDoor, internal, public
from config.environment import Environment
from config.types.dns_zone import DnsZone
from modules.helm.contract import Addon, Context, Policies, Values
from modules.helm.gateway import CRDS, GATEWAY, gateway_namespace, has_gateway
from modules.helm.metrics import metrics_on
from modules.helm.record_annotations import ANNOTATION_PREFIX
from modules.helm.references import reference
from modules.helm.requirements import FOR_MONITORS, FOR_NODES, FOR_SERVICES
from modules.helm.traffic import PodTraffic
from modules.helm.workload import Workload
from modules.identity.policy import Condition, Statement
from modules.scheduling import SYSTEM_TOLERATIONS, resources

NAME: Final = "external-dns"
INTERNAL_NAME: Final = "external-dns-internal"

RECORD_TYPES: Final = ("A", "AAAA", "CNAME", "TXT")
"""Address records, and TXT records for ownership. No NS, SOA, MX and CAA records."""

SERVICE_TYPE: Final = "LoadBalancer"
"""Services that get records. By default it also takes the name that an ExternalName has, and the
addresses in `externalIPs`, which could be anyone's.
https://kubernetes-sigs.github.io/external-dns/latest/docs/flags/"""

ROUTES: Final = ("gateway-httproute", "gateway-grpcroute")
"""Further sources where there is a Gateway, whose annotation names the load balancer.
https://kubernetes-sigs.github.io/external-dns/latest/docs/sources/gateway-api/"""


def zones(environment: Environment) -> tuple[DnsZone, ...]:
    """The hosted zones that it may change."""
    edge = environment.edge.hosted_zone
    default = (DnsZone(id=edge.id, name=edge.name),) if edge else ()
    return tuple(environment.platform.external_dns.zones) or default


def private_zone(environment: Environment) -> DnsZone | None:
    """The private zone of `edge.internal`; the id of one that Terraform makes is a reference."""
    door = internal(environment)
    zone = environment.edge.internal.hosted_zone
    if not door.enabled or zone is None:
        return None
    made = reference(f"edge.{door.prefixed('hosted_zone_id')}")
    return DnsZone.model_construct(id=zone.id or made, name=zone.name)


def _private_zones(environment: Environment) -> tuple[DnsZone, ...]:
    zone = private_zone(environment)
    return (zone,) if zone else ()


def _values(context: Context) -> Values:
    """Values; chart https://github.com/kubernetes-sigs/external-dns/tree/master/charts/external-dns.

    The chart runs one replica, because external-dns has no leader election.
    """
    environment = context.environment
    settings = environment.platform.external_dns
    found = zones(environment)
    return {
        "provider": {"name": "aws"},
        "sources": [*settings.sources, *_routes(public(environment))],
        "policy": settings.policy,
        "annotationPrefix": ANNOTATION_PREFIX,
        "registry": "txt",
        "txtOwnerId": environment.cluster_name,
        "domainFilters": [zone.name for zone in found],
        "extraArgs": [
            *(f"--zone-id-filter={zone.id}" for zone in found),
            f"--service-type-filter={SERVICE_TYPE}",
            *_own_class(public(environment)),
            *_of_the_gateway(public(environment)),
        ],
        "triggerLoopOnEvent": True,
        "serviceAccount": {"name": NAME, "annotations": context.role_annotations},
        "env": [{"name": "AWS_DEFAULT_REGION", "value": environment.region}],
        "serviceMonitor": {"enabled": metrics_on(environment)},
        "tolerations": SYSTEM_TOLERATIONS,
        "resources": resources("20m", "128Mi"),
    }


def _own_class(door: FrontDoor) -> list[str]:
    """The Ingresses that get records, where there are two classes: those of a load balancer."""
    two = door.environment.edge.internal.enabled
    return [f"--ingress-class={door.class_name}"] if two else []


def _routes(door: FrontDoor) -> Sequence[str]:
    """Routes are sources of the release of the load balancer that has the Gateway."""
    return ROUTES if has_gateway(door) else ()


def _of_the_gateway(door: FrontDoor) -> list[str]:
    """Flags that leave out routes of Gateways that are not the platform's."""
    if not has_gateway(door):
        return []
    namespace = gateway_namespace(door.environment)
    return [f"--gateway-namespace={namespace}", f"--gateway-name={GATEWAY}"]


def _internal_values(context: Context) -> Values:
    """Values of the second release: Ingresses of the internal class, in the private zone only.

    Its owner is another one, so that neither release takes records of the other for its own.
    """
    environment, found = context.environment, _private_zones(context.environment)
    door = internal(environment)
    return _values(context) | {
        "sources": ["ingress", *_routes(door)],
        "txtOwnerId": f"{environment.cluster_name}-internal",
        "domainFilters": [zone.name for zone in found],
        "extraArgs": [
            *(f"--zone-id-filter={zone.id}" for zone in found),
            "--aws-zone-type=private",
            *_own_class(door),
            *_of_the_gateway(door),
        ],
        "serviceAccount": {"name": INTERNAL_NAME, "annotations": context.role_annotations},
    }


def _policies(environment: Environment) -> Policies:
    """Address records in the public load balancer's zones, except for its own names."""
    return _changes(public(environment), zones(environment))


def _internal_policies(environment: Environment) -> Policies:
    """Address records in the private zone, except for the internal load balancer's names."""
    return _changes(internal(environment), _private_zones(environment))


def _changes(door: FrontDoor, found: Sequence[DnsZone]) -> Policies:
    """Address records in zones, except a load balancer's names, which Terraform manages.

    Source: https://kubernetes-sigs.github.io/external-dns/latest/docs/tutorials/aws/
    """
    partition = door.environment.partition
    arns = [f"arn:{partition}:route53:::hostedzone/{zone.id}" for zone in found]
    if not arns:
        return {}
    return {
        "records": (
            Statement(
                "Change",
                ["route53:ChangeResourceRecordSets"],
                arns,
                conditions=_own_records(door),
            ),
            Statement("Records", ["route53:ListResourceRecordSets"], arns),
            Statement("Zones", ["route53:ListHostedZones"], ["*"]),
        )
    }


def _own_records(door: FrontDoor) -> Condition:
    """Conditions of a change; Route 53 compares normalized names.

    Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html
    """
    prefix = "route53:ChangeResourceRecordSets"
    types = {f"{prefix}RecordTypes": RECORD_TYPES}
    names = [name.replace("*", r"\052") for name in door.settings.domain_names]
    others = {f"{prefix}NormalizedRecordNames": names}
    return {
        "ForAllValues:StringEquals": types,
        **({"ForAllValues:StringNotEquals": others} if names else {}),
    }


def _traffic(_: Context) -> tuple[PodTraffic, ...]:
    labels = {"app.kubernetes.io/name": NAME}
    return (PodTraffic("controller", labels, api=True, aws=True, metrics=(7979,)),)


ADDON: Final = Addon(
    name=NAME,
    chart=NAME,
    namespace=NAME,
    summary="Manages records in Route 53 for Services and Ingresses.",
    values=_values,
    requires=(FOR_SERVICES, FOR_NODES, FOR_MONITORS, CRDS),
    # Without a zone it would look after every zone of the account.
    applies=lambda environment: bool(zones(environment)),
    service_account=NAME,
    policies=_policies,
    images={"image.repository": "{registry}/external-dns/external-dns"},
    workloads=(Workload("controller", ("resources",)),),
    traffic=_traffic,
    notes=(
        "It changes only records with its cluster's name in a TXT record beside them, and its "
        "role may not change the names in `edge.domain_names`, whose records belong to the edge "
        "stack. With `upsert-only`, records stay after their Ingress or the cluster is deleted; "
        "delete them with their zone or manually."
    ),
)

INTERNAL: Final = replace(
    ADDON,
    name=INTERNAL_NAME,
    setting="external_dns",
    copy_of=NAME,
    summary="A second release of external-dns, for the private zone of `edge.internal`.",
    values=_internal_values,
    applies=lambda environment: private_zone(environment) is not None,
    # The first release installs the CRD.
    after=(NAME,),
    service_account=INTERNAL_NAME,
    policies=_internal_policies,
    traffic=lambda context: tuple(
        replace(each, labels={**each.labels, "app.kubernetes.io/instance": INTERNAL_NAME})
        for each in _traffic(context)
    ),
    notes=(
        "It makes records of Ingresses of the internal class only, and of routes where the Gateway "
        "is the internal load balancer's, in the zone of "
        "`edge.internal.hosted_zone` only, and has a role of its own for it."
    ),
)

ADDONS: Final = (ADDON, INTERNAL)
