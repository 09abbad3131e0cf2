"""A member of a team, and Git, take host names of others: Ingresses, certificates, DNS records.

Each attack is refused, and the same object with the team's own names is admitted.
"""

from typing import Any

import pytest

from support.applied_platform import AppliedPlatform
from support.host_names import (
    NAMESPACE,
    OWN,
    Object,
    admits,
    dry_run,
    host_object,
    ingress,
    refusal_of,
)
from tools.kubernetes import Client, KubernetesError

pytestmark = pytest.mark.kubernetes

TEAM = NAMESPACE
OTHER = "grafana.platform.example.com"
PREFIX = "external-dns.alpha.kubernetes.io/"


def _for_every_host() -> Object:
    service = {"name": "web", "port": {"number": 80}}
    return host_object("networking.k8s.io/v1", "Ingress", {"defaultBackend": {"service": service}})


def _certificate(name: str = OWN, issuer: str = "letsencrypt-production", **spec: Any) -> Object:
    reference = {"kind": "ClusterIssuer", "name": issuer}
    names = {"dnsNames": [name], "secretName": "attack", "issuerRef": reference}
    return host_object("cert-manager.io/v1", "Certificate", {**names, **spec})


def _signing_request() -> Object:
    """Its names are encoded in `request`."""
    reference = {"kind": "ClusterIssuer", "name": "internal-ca"}
    spec = {"request": "Q1NS", "issuerRef": reference}
    return host_object("cert-manager.io/v1", "CertificateRequest", spec)


def _order() -> Object:
    reference = {"kind": "ClusterIssuer", "name": "letsencrypt-production"}
    spec = {"request": "Q1NS", "dnsNames": [OTHER], "issuerRef": reference}
    return host_object("acme.cert-manager.io/v1", "Order", spec)


def _challenge() -> Object:
    """A TXT record of any name and value, for an ACME account of the attacker."""
    spec = {
        "type": "DNS-01",
        "dnsName": OTHER,
        "key": "chosen",
        "token": "chosen",
        "url": "https://acme.example/1",
        "authorizationURL": "https://acme.example/2",
        "wildcard": False,
        "solver": {"dns01": {"route53": {"region": "eu-west-1"}}},
        "issuerRef": {"kind": "ClusterIssuer", "name": "letsencrypt-production"},
    }
    return host_object("acme.cert-manager.io/v1", "Challenge", spec)


def _service(**annotations: str) -> Object:
    named = {f"{PREFIX}{key.replace('_', '-')}": value for key, value in annotations.items()}
    return host_object("v1", "Service", {"ports": [{"port": 443}]}, named)


def _virtual_server(host: str) -> Object:
    return host_object("k8s.nginx.org/v1", "VirtualServer", {"host": host})


ATTACKS = {
    "the host of Grafana": (ingress(OTHER), f"host {OTHER} is not one of team shop"),
    "every host": (_for_every_host(), "is for every host name"),
    "a rule without a host": (ingress(None), "is for every host name"),
    "all names of the domain": (ingress("*.platform.example.com"), "is not one of team shop"),
    "the domain itself": (ingress("platform.example.com"), "is not one of team shop"),
    "a name that only ends like its own": (
        ingress("evilshop.platform.example.com"),
        "is not one of team shop",
    ),
    "TLS of another host": (ingress(tls=OTHER), f"host {OTHER} is not one of team shop"),
    "an alias of ingress-nginx": (
        ingress(**{"nginx.ingress.kubernetes.io/server-alias": f"{OWN}, {OTHER}"}),
        f"host {OTHER} is not one of team shop",
    ),
    "a certificate of another host": (_certificate(OTHER), f"host {OTHER} is not one of"),
    "in capitals": (_certificate(OTHER.upper()), f"host {OTHER} is not one of"),
    "as the common name": (_certificate(commonName=OTHER), f"host {OTHER} is not one of"),
    "of an address": (_certificate(ipAddresses=["10.2.0.10"]), "not ipAddresses"),
    "in the subject": (_certificate(literalSubject=f"CN={OTHER}"), "literalSubject"),
    "of a Service of others": (
        _certificate("kibana.logging.svc", "internal-ca"),
        "host kibana.logging.svc is not one of",
    ),
    "a certificate of a CA": (_certificate(issuer="internal-ca", isCA=True), "isCA"),
    "of the issuer that signs the CA": (
        _certificate(issuer="self-signed"),
        "issuer self-signed is not one of team shop",
    ),
    "a request with encoded names": (_signing_request(), "only cert-manager makes"),
    "an order with encoded names": (_order(), "only cert-manager makes"),
    "a challenge": (_challenge(), "only cert-manager makes"),
    "a record of another name": (_service(hostname=f"{OWN},{OTHER}"), f"host {OTHER} is not"),
    "a record of an address of its own": (
        _service(hostname=OWN, target="198.51.100.7"),
        "external-dns.alpha.kubernetes.io/target",
    ),
    "a target of an Ingress": (
        ingress(**{f"{PREFIX}target": "evil.example"}),
        "external-dns.alpha.kubernetes.io/target",
    ),
    "a weight among the records of others": (
        _service(hostname=OWN, aws_weight="255"),
        "external-dns.alpha.kubernetes.io/aws-weight",
    ),
    "a virtual server": (_virtual_server(OTHER), f"host {OTHER} is not one of"),
}

OWN_OBJECTS = {
    "its host": ingress(),
    "its default host": ingress("shop.platform.example.com"),
    "all names below its host": ingress("*.shop.platform.example.com"),
    "a certificate of its host": _certificate(),
    "a certificate of its Service": _certificate("web.shop.svc", "internal-ca"),
    "a certificate of its own issuer": _certificate(
        OTHER, isCA=True, issuerRef={"name": "own", "kind": "Issuer"}
    ),
    "a record of its host": _service(hostname=OWN, ttl="60"),
    "a virtual server": _virtual_server(OWN),
}

on_full = pytest.mark.parametrize("platform", ["full"], indirect=True, scope="session")


@on_full
@pytest.mark.parametrize("attack", ATTACKS)
def test_names_of_others_are_refused(
    platform: AppliedPlatform, platform_client: Client, attack: str
) -> None:
    assert platform.environment.teams[TEAM].hosts is None
    manifest, message = ATTACKS[attack]
    controller = "system:serviceaccount:argocd:argocd-application-controller"
    # An administrator, for whom the list of kinds does not hold.
    assert message in refusal_of(platform_client, manifest)
    # With all rights, as Argo CD has them: no role is in the way.
    who = [(controller, "system:masters")]
    if manifest["kind"] in {"Ingress", "Service"}:
        # Charts give the other kinds to the role `edit`.
        who.append((f"{TEAM}-developer", f"{TEAM}-edit"))
    for client in (platform_client.impersonating(*each) for each in who):
        # Kubernetes names one of the policies that refuse it.
        said = refusal_of(client, manifest)
        assert message in said or f"team {TEAM} may not have" in said


@on_full
@pytest.mark.parametrize("each", OWN_OBJECTS)
def test_its_own_names_are_admitted(
    platform: AppliedPlatform, platform_client: Client, each: str
) -> None:
    assert TEAM in platform.environment.teams
    dry_run(platform_client, OWN_OBJECTS[each])


@on_full
def test_cert_manager_does_its_work_in_the_namespace(
    platform: AppliedPlatform, platform_client: Client
) -> None:
    assert platform.environment.platform.cert_manager.enabled
    account = "system:serviceaccount:cert-manager:cert-manager"
    cert_manager = platform_client.impersonating(account, "system:masters")
    for manifest in (_signing_request(), _order(), _challenge()):
        dry_run(cert_manager, manifest)


@on_full
def test_an_object_from_before_the_policy_keeps_its_names_and_can_be_deleted(
    platform: AppliedPlatform, platform_client: Client
) -> None:
    """Controllers add and remove finalizers by updates; other names are still refused."""
    assert TEAM in platform.environment.teams
    name = "teams-hosts-ingresses"
    binding = platform_client.get(
        "admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", name
    )
    assert binding is not None
    manifest = ingress(OTHER)
    manifest["metadata"]["finalizers"] = ["tests/kept"]
    platform_client.patch(binding, {"spec": {"validationActions": ["Audit"]}})
    platform_client.wait_until(
        lambda: admits(platform_client, manifest), 30, lambda: "the policy still refuses"
    )
    made = platform_client.create(manifest)
    platform_client.patch(binding, {"spec": {"validationActions": ["Deny"]}})
    other = ingress(OTHER)
    other["metadata"]["name"] = "other"
    platform_client.wait_until(
        lambda: not admits(platform_client, other), 30, lambda: "it is not refused"
    )
    platform_client.patch(made, {"metadata": {"finalizers": ["tests/kept", "tests/added"]}})
    alias = {"nginx.ingress.kubernetes.io/server-alias": OTHER}
    for change in ({"metadata": {"annotations": alias}}, {"spec": {"tls": [{"hosts": ["a.b"]}]}}):
        with pytest.raises(KubernetesError, match="is not one of team"):
            platform_client.patch(made, change)
    platform_client.delete(made)
    platform_client.patch(made, {"metadata": {"finalizers": None}})
    assert platform_client.live(made) is None
