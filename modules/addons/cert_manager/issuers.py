"""Issuers and the CA certificate of cert-manager (F7)."""

from typing import Any, Final

from config.addons.ingress import INTERNAL_ISSUER
from config.environment import Environment
from config.types.dns_zone import DnsZone
from modules.helm.contract import Manifest
from modules.helm.gateway import WEB, parent, routes_only
from modules.helm.manifests import manifest

API_VERSION: Final = "cert-manager.io/v1"

SELF_SIGNED: Final = "self-signed"
"""The ClusterIssuer that signs the platform's CA only."""

LETS_ENCRYPT: Final = {
    "letsencrypt-production": "https://acme-v02.api.letsencrypt.org/directory",
    "letsencrypt-staging": "https://acme-staging-v02.api.letsencrypt.org/directory",
}
"""https://letsencrypt.org/docs/acme-protocol-updates/ and https://letsencrypt.org/docs/staging-environment/"""

PRIVATE_KEY: Final = {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"}


def dns_zones(environment: Environment) -> tuple[DnsZone, ...]:
    """The hosted zones for DNS-01 challenges, without duplicates."""
    settings = environment.platform.cert_manager.lets_encrypt
    if not settings.enabled:
        return ()
    edge = environment.edge.hosted_zone
    own = [DnsZone(id=edge.id, name=edge.name)] if edge and not edge.private else []
    return tuple({zone.id: zone for zone in (*own, *settings.dns_zones)}.values())


def issuers(environment: Environment, namespace: str) -> tuple[Manifest, ...]:
    """The ClusterIssuers: the platform's CA, and Let's Encrypt's two.

    Args:
        namespace: cert-manager's, where a ClusterIssuer looks for its secrets.
    """
    secret = {"secretName": INTERNAL_ISSUER}
    return (
        manifest(API_VERSION, "ClusterIssuer", SELF_SIGNED, {"selfSigned": {}}),
        manifest(
            API_VERSION,
            "Certificate",
            INTERNAL_ISSUER,
            {
                "isCA": True,
                "commonName": f"{environment.name} internal CA",
                # Ten years, because clients that trust it are updated manually.
                "duration": "87600h0m0s",
                "renewBefore": "8760h0m0s",
                **secret,
                # A new key would be a new CA.
                "privateKey": {**PRIVATE_KEY, "rotationPolicy": "Never"},
                "issuerRef": cluster_issuer(SELF_SIGNED),
            },
            namespace=namespace,
        ),
        manifest(API_VERSION, "ClusterIssuer", INTERNAL_ISSUER, {"ca": secret}),
        *_lets_encrypt(environment),
    )


def issuer_names(environment: Environment) -> list[str]:
    """Names of the issuers for certificates."""
    return [
        item["metadata"]["name"]
        for item in issuers(environment, "")
        if item["kind"] == "ClusterIssuer" and item["metadata"]["name"] != SELF_SIGNED
    ]


def cluster_issuer(name: str) -> dict[str, str]:
    """A reference to a ClusterIssuer."""
    return {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": name}


def _lets_encrypt(environment: Environment) -> list[Manifest]:
    settings = environment.platform.cert_manager.lets_encrypt
    solvers = _solvers(environment)
    if not settings.enabled or not solvers:
        return []
    contact = {"email": settings.email} if settings.email else {}
    return [
        manifest(
            API_VERSION,
            "ClusterIssuer",
            name,
            {
                "acme": {
                    "server": server,
                    "privateKeySecretRef": {"name": f"{name}-account"},
                    "solvers": solvers,
                    **contact,
                }
            },
        )
        for name, server in LETS_ENCRYPT.items()
    ]


def _solvers(environment: Environment) -> list[dict[str, Any]]:
    """The most specific selector wins; a solver without one is for all other names."""
    solvers: list[dict[str, Any]] = [
        {
            "selector": {"dnsZones": [zone.name]},
            "dns01": {"route53": {"region": environment.region, "hostedZoneID": zone.id}},
        }
        for zone in dns_zones(environment)
    ]
    if environment.platform.cert_manager.lets_encrypt.http01:
        solvers.append({"http01": _http01(environment)})
    return solvers


def _http01(environment: Environment) -> dict[str, Any]:
    """How challenges are answered; a controller that reads Ingresses answers for all names.

    Source: https://cert-manager.io/docs/configuration/acme/http01/
    """
    service = {"serviceType": "ClusterIP"}
    if routes_only(environment):
        return {"gatewayHTTPRoute": {"parentRefs": [parent(environment, WEB)], **service}}
    name = environment.platform.ingress.class_name
    return {"ingress": {"ingressClassName": name, **service}}
