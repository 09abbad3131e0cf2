"""cert-manager and its issuers (F6, F7)."""

from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from modules.addons.cert_manager.issuers import dns_zones, issuers
from modules.helm.contract import Addon, Context, Helm, Policies, Values
from modules.helm.gateway import CRDS, gateway_on
from modules.helm.metrics import metrics_on
from modules.helm.requirements import FOR_MONITORS
from modules.helm.traffic import HTTPS, PodTraffic, tcp
from modules.helm.workload import JOB, Workload
from modules.identity.policy import Statement
from modules.scheduling import SYSTEM_TOLERATIONS, resources, spread

NAME: Final = "cert-manager"
METRICS_PORT: Final = 9402


def _values(context: Context) -> Values:
    """Values; https://cert-manager.io/docs/installation/best-practice/ for the replicas.

    Uninstalling keeps the CRDs, and with them every certificate.
    """
    settings = context.environment.platform.cert_manager
    return {
        "crds": {"enabled": True, "keep": True},
        "global": {
            "priorityClassName": "system-cluster-critical",
            "leaderElection": {"namespace": context.namespace},
        },
        "prometheus": {
            # Keeps the namespace of a Certificate in its metrics, instead of cert-manager's.
            "servicemonitor": {"enabled": metrics_on(context.environment), "honorLabels": True}
        },
        "serviceAccount": {"name": NAME, "annotations": context.role_annotations},
        **_gateway_api(context.environment),
        **_component("controller", settings.replicas, "50m", "128Mi"),
        "webhook": _component("webhook", settings.webhook_replicas, "20m", "64Mi"),
        "cainjector": _component("cainjector", settings.replicas, "50m", "192Mi"),
        "startupapicheck": {
            "timeout": "5m",
            "tolerations": SYSTEM_TOLERATIONS,
            "resources": resources("10m", "64Mi"),
        },
    }


def _gateway_api(environment: Environment) -> Values:
    """Reads the listeners of the Gateway; without the CRDs it would not start.

    Source: https://cert-manager.io/docs/usage/gateway/
    """
    if not gateway_on(environment):
        return {}
    return {
        "config": {
            "apiVersion": "controller.config.cert-manager.io/v1alpha1",
            "kind": "ControllerConfiguration",
            "enableGatewayAPI": True,
        }
    }


def _component(component: str, replicas: int, cpu: str, memory: str) -> Values:
    labels = {"app.kubernetes.io/instance": NAME, "app.kubernetes.io/component": component}
    return {
        "replicaCount": replicas,
        "podDisruptionBudget": {"enabled": replicas > 1},
        "topologySpreadConstraints": spread(labels),
        "tolerations": SYSTEM_TOLERATIONS,
        "resources": resources(cpu, memory),
    }


def _policies(environment: Environment) -> Policies:
    """Permission to change challenge records in the hosted zones.

    Source: https://cert-manager.io/docs/configuration/acme/dns01/route53/
    """
    zones = dns_zones(environment)
    if not zones:
        return {}
    partition = environment.partition
    return {
        "dns01": (
            Statement("Change", ["route53:GetChange"], [f"arn:{partition}:route53:::change/*"]),
            Statement(
                "Challenges",
                ["route53:ChangeResourceRecordSets"],
                [f"arn:{partition}:route53:::hostedzone/{zone.id}" for zone in zones],
                conditions={
                    "ForAllValues:StringEquals": {
                        "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"]
                    }
                },
            ),
            Statement(
                "Records",
                ["route53:ListResourceRecordSets"],
                [f"arn:{partition}:route53:::hostedzone/{zone.id}" for zone in zones],
            ),
        )
    }


def _traffic(context: Context) -> Iterator[PodTraffic]:
    """The controller checks challenges itself before it announces them.

    Source: https://cert-manager.io/docs/configuration/acme/
    """
    environment, name = context.environment, "app.kubernetes.io/name"
    lets_encrypt = environment.platform.cert_manager.lets_encrypt
    http01 = lets_encrypt.enabled and lets_encrypt.http01
    yield PodTraffic(
        "controller",
        {name: NAME},
        api=True,
        aws=context.has_role,
        outside=(*(HTTPS if lets_encrypt.enabled else ()), *(tcp(80) if http01 else ())),
        name_servers=bool(dns_zones(environment)),
        metrics=(METRICS_PORT,),
    )
    yield PodTraffic(
        "webhook", {name: "webhook"}, api=True, webhooks=(10250,), metrics=(METRICS_PORT,)
    )
    yield PodTraffic("cainjector", {name: "cainjector"}, api=True, metrics=(METRICS_PORT,))
    yield PodTraffic("startupapicheck", {name: "startupapicheck"}, api=True)


ADDON: Final = Addon(
    name=NAME,
    chart=NAME,
    namespace=NAME,
    summary="Issues and renews certificates, from Let's Encrypt and from the platform's CA.",
    values=_values,
    requires=(FOR_MONITORS, CRDS),
    service_account=NAME,
    policies=_policies,
    resources=lambda context: issuers(context.environment, context.namespace),
    helm=Helm(
        timeout_seconds=900,
        reason=(
            "Waits until all pods are ready and a Job of the chart has made an object through the "
            "webhook, so that the issuers are validated."
        ),
    ),
    images={"imageRegistry": "{registry}"},
    workloads=(
        Workload("controller", ("resources",), "replicaCount"),
        Workload("webhook", ("webhook.resources",), "webhook.replicaCount"),
        Workload("cainjector", ("cainjector.resources",), "cainjector.replicaCount"),
        Workload("startupapicheck", ("startupapicheck.resources",), JOB),
    ),
    traffic=lambda context: tuple(_traffic(context)),
    notes=(
        "DNS-01 is for names in `edge.hosted_zone` and `lets_encrypt.dns_zones`, and the only "
        "challenge for wildcards; HTTP-01 is for the rest. TLS-ALPN-01 is not offered: "
        "cert-manager has no solver for it. Traefik's own ACME client has one "
        "(`platform.ingress.traefik_acme`). F5's NGINX serves one Ingress per host: annotate "
        'Ingresses with `acme.cert-manager.io/http01-edit-in-place: "true"` for HTTP-01.'
    ),
)

ADDONS: Final = (ADDON,)
