"""A member of a team, and Git, take host names of others: Ingresses, certificates, DNS records.

Each attack is refused, and the same object with the team's own names is admitted.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from config.environment import Environment
from modules.namespaces.admission.hosts.policies import host_policies
from modules.namespaces.admission.policy import ENFORCE
from support.applied_platform import AppliedPlatform
from support.environments import environment
from tools.kubernetes import Client, KubernetesError

pytestmark = pytest.mark.kubernetes

TEAM = NAMESPACE = "shop"
OWN = "www.shop.platform.example.com"
OTHER = "grafana.platform.example.com"
PREFIX = "external-dns.alpha.kubernetes.io/"

REDIRECT = {"nginx.ingress.kubernetes.io/from-to-www-redirect": "true"}
"""Of a name without `www.` to the one with it, or the other way round."""

Object = dict[str, Any]


def _object(api_version: str, kind: str, spec: Object, annotations: Object | None = None) -> Object:
    metadata = {"name": "attack", "namespace": NAMESPACE, "annotations": annotations or {}}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec}


def _ingress(host: str | None = OWN, *, tls: str = OWN, **annotations: str) -> Object:
    service = {"name": "web", "port": {"number": 80}}
    paths = [{"path": "/", "pathType": "Prefix", "backend": {"service": service}}]
    rule = {"http": {"paths": paths}} | ({"host": host} if host else {})
    spec = {"ingressClassName": "nginx", "rules": [rule], "tls": [{"hosts": [tls]}]}
    return _object("networking.k8s.io/v1", "Ingress", spec, annotations)


def _for_every_host() -> Object:
    service = {"name": "web", "port": {"number": 80}}
    return _object("networking.k8s.io/v1", "Ingress", {"defaultBackend": {"service": service}})


def _certificate(name: str = OWN, issuer: str = "letsencrypt-production", **spec: Any) -> Object:
    reference = {"kind": "ClusterIssuer", "name": issuer}
    names = {"dnsNames": [name], "secretName": "attack", "issuerRef": reference}
    return _object("cert-manager.io/v1", "Certificate", {**names, **spec})


def _signing_request() -> Object:
    """Its names are encoded in `request`."""
    reference = {"kind": "ClusterIssuer", "name": "internal-ca"}
    spec = {"request": "Q1NS", "issuerRef": reference}
    return _object("cert-manager.io/v1", "CertificateRequest", spec)


def _order() -> Object:
    reference = {"kind": "ClusterIssuer", "name": "letsencrypt-production"}
    spec = {"request": "Q1NS", "dnsNames": [OTHER], "issuerRef": reference}
    return _object("acme.cert-manager.io/v1", "Order", spec)


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
    return _object("acme.cert-manager.io/v1", "Challenge", spec)


def _service(**annotations: str) -> Object:
    named = {f"{PREFIX}{key.replace('_', '-')}": value for key, value in annotations.items()}
    return _object("v1", "Service", {"ports": [{"port": 443}]}, named)


def _virtual_server(host: str) -> Object:
    return _object("k8s.nginx.org/v1", "VirtualServer", {"host": host})


ATTACKS = {
    "the host of Grafana": (_ingress(OTHER), f"host {OTHER} is not one of team shop"),
    "every host": (_for_every_host(), "is for every host name"),
    "a rule without a host": (_ingress(None), "is for every host name"),
    "all names of the domain": (_ingress("*.platform.example.com"), "is not one of team shop"),
    "the domain itself": (_ingress("platform.example.com"), "is not one of team shop"),
    "a name that only ends like its own": (
        _ingress("evilshop.platform.example.com"),
        "is not one of team shop",
    ),
    "TLS of another host": (_ingress(tls=OTHER), f"host {OTHER} is not one of team shop"),
    "an alias of ingress-nginx": (
        _ingress(**{"nginx.ingress.kubernetes.io/server-alias": f"{OWN}, {OTHER}"}),
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
        _ingress(**{f"{PREFIX}target": "evil.example"}),
        "external-dns.alpha.kubernetes.io/target",
    ),
    "a weight among the records of others": (
        _service(hostname=OWN, aws_weight="255"),
        "external-dns.alpha.kubernetes.io/aws-weight",
    ),
    "a virtual server": (_virtual_server(OTHER), f"host {OTHER} is not one of"),
}

OWN_OBJECTS = {
    "its host": _ingress(),
    "its default host": _ingress("shop.platform.example.com"),
    "all names below its host": _ingress("*.shop.platform.example.com"),
    "a certificate of its host": _certificate(),
    "a certificate of its Service": _certificate("web.shop.svc", "internal-ca"),
    "a certificate of its own issuer": _certificate(
        OTHER, isCA=True, issuerRef={"name": "own", "kind": "Issuer"}
    ),
    "a record of its host": _service(hostname=OWN, ttl="60"),
    "a virtual server": _virtual_server(OWN),
}

on_full = pytest.mark.parametrize("platform", ["full"], indirect=True, scope="session")


def _dry_run(client: Client, manifest: Object) -> None:
    path = client.type_of(manifest["apiVersion"], manifest["kind"]).collection(NAMESPACE)
    client.request("POST", path, manifest, dryRun="All", fieldValidation="Strict")


@on_full
@pytest.mark.parametrize("attack", ATTACKS)
def test_names_of_others_are_refused(
    platform: AppliedPlatform, platform_client: Client, attack: str
) -> None:
    assert platform.environment.teams[TEAM].hosts is None
    manifest, message = ATTACKS[attack]
    controller = "system:serviceaccount:argocd:argocd-application-controller"
    # An administrator, for whom the list of kinds does not hold.
    assert message in _refusal(platform_client, manifest)
    # With all rights, as Argo CD has them: no role is in the way.
    who = [(controller, "system:masters")]
    if manifest["kind"] in {"Ingress", "Service"}:
        # Charts give the other kinds to the role `edit`.
        who.append((f"{TEAM}-developer", f"{TEAM}-edit"))
    for client in (platform_client.impersonating(*each) for each in who):
        # Kubernetes names one of the policies that refuse it.
        said = _refusal(client, manifest)
        assert message in said or f"team {TEAM} may not have" in said


def _refusal(client: Client, manifest: Object) -> str:
    with pytest.raises(KubernetesError, match="ValidatingAdmissionPolicy") as refused:
        _dry_run(client, manifest)
    return str(refused.value)


@on_full
@pytest.mark.parametrize("each", OWN_OBJECTS)
def test_its_own_names_are_admitted(
    platform: AppliedPlatform, platform_client: Client, each: str
) -> None:
    assert TEAM in platform.environment.teams
    _dry_run(platform_client, OWN_OBJECTS[each])


@on_full
def test_cert_manager_does_its_work_in_the_namespace(
    platform: AppliedPlatform, platform_client: Client
) -> None:
    assert platform.environment.platform.cert_manager.enabled
    account = "system:serviceaccount:cert-manager:cert-manager"
    cert_manager = platform_client.impersonating(account, "system:masters")
    for manifest in (_signing_request(), _order(), _challenge()):
        _dry_run(cert_manager, manifest)


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
    manifest = _ingress(OTHER)
    manifest["metadata"]["finalizers"] = ["tests/kept"]
    platform_client.patch(binding, {"spec": {"validationActions": ["Audit"]}})
    platform_client.wait_until(
        lambda: _admits(platform_client, manifest), 30, lambda: "the policy still refuses"
    )
    made = platform_client.create(manifest)
    platform_client.patch(binding, {"spec": {"validationActions": ["Deny"]}})
    other = _ingress(OTHER)
    other["metadata"]["name"] = "other"
    platform_client.wait_until(
        lambda: not _admits(platform_client, other), 30, lambda: "it is not refused"
    )
    platform_client.patch(made, {"metadata": {"finalizers": ["tests/kept", "tests/added"]}})
    alias = {"nginx.ingress.kubernetes.io/server-alias": OTHER}
    for change in ({"metadata": {"annotations": alias}}, {"spec": {"tls": [{"hosts": ["a.b"]}]}}):
        with pytest.raises(KubernetesError, match="is not one of team"):
            platform_client.patch(made, change)
    platform_client.delete(made)
    platform_client.patch(made, {"metadata": {"finalizers": None}})
    assert platform_client.live(made) is None


def _admits(client: Client, manifest: Object) -> bool:
    try:
        _dry_run(client, manifest)
    except KubernetesError:
        return False
    return True


ROUTED: Environment = environment(
    edge={"hosted_zone": {"id": "Z1", "name": "example.com"}, "domain_names": ["example.com"]},
    platform={
        "ingress": {"controller": "traefik"},
        "istio": {"enabled": True},
        "external_dns": {"enabled": True, "sources": ["crd"]},
    },
    teams={
        TEAM: {
            "namespaces": {NAMESPACE: {}},
            "hosts": ["shop.example.com", "*.shop.example.com", "www.example.com"],
        }
    },
)
"""With kinds whose CRDs the examples above do not install."""

CRDS = (
    ("traefik.io", "v1alpha1", "IngressRoute"),
    ("traefik.io", "v1alpha1", "IngressRouteTCP"),
    ("externaldns.k8s.io", "v1alpha1", "DNSEndpoint"),
    ("networking.istio.io", "v1", "VirtualService"),
    ("networking.istio.io", "v1", "Gateway"),
    ("gateway.networking.k8s.io", "v1", "HTTPRoute"),
    ("gateway.networking.k8s.io", "v1", "Gateway"),
)


def _route(*rules: str, kind: str = "IngressRoute") -> Object:
    spec = {"routes": [{"match": rule, "services": []} for rule in rules]}
    return _object("traefik.io/v1alpha1", kind, spec)


def _endpoint(name: str) -> Object:
    record = {"dnsName": name, "recordType": "A", "targets": ["198.51.100.7"]}
    return _object("externaldns.k8s.io/v1alpha1", "DNSEndpoint", {"endpoints": [record]})


def _http_route(*hosts: str) -> Object:
    return _object("gateway.networking.k8s.io/v1", "HTTPRoute", {"hostnames": list(hosts)})


def _gateway(*hosts: str | None) -> Object:
    listeners = [{"name": "web", **({"hostname": host} if host else {})} for host in hosts]
    return _object("gateway.networking.k8s.io/v1", "Gateway", {"listeners": listeners})


def _virtual_service(host: str, gateway: str = "istio-ingress/default") -> Object:
    route = [{"destination": {"host": "web"}}]
    spec = {"hosts": [host], "gateways": [gateway], "http": [{"route": route}]}
    return _object("networking.istio.io/v1", "VirtualService", spec)


def _istio_gateway(host: str) -> Object:
    port = {"number": 80, "name": "http", "protocol": "HTTP"}
    spec = {"selector": {"istio": "ingress"}, "servers": [{"port": port, "hosts": [host]}]}
    return _object("networking.istio.io/v1", "Gateway", spec)


ROUTES = {
    "a redirect of ingress-nginx": (
        _ingress("a.shop.example.com", tls="a.shop.example.com", **REDIRECT),
        _ingress("www.example.com", tls="www.example.com", **REDIRECT),
        "host example.com is not one of",
    ),
    "a host at the gateway of the mesh": (
        _virtual_service("shop.example.com"),
        _virtual_service("example.com"),
        "host example.com is not one of",
    ),
    "all hosts at the gateway of the mesh": (
        _virtual_service("web", gateway="mesh"),
        _virtual_service("*"),
        "host * is not one of",
    ),
    "a gateway of Istio for all hosts": (
        _istio_gateway("./shop.example.com"),
        _istio_gateway("*/*"),
        "host * is not one of",
    ),
    "a route of Traefik": (
        _route("Host(`shop.example.com`) && PathPrefix(`/`)"),
        _route("Host(`shop.example.com`)", "Host(`example.com`)"),
        "host example.com is not one of",
    ),
    "one of several hosts": (
        _route("Host(`a.shop.example.com`)"),
        _route("Host(`a.shop.example.com`) || Host(`example.com`)"),
        "must name one host",
    ),
    "a route without a host": (
        _route("Host(`a.shop.example.com`)"),
        _route("PathPrefix(`/`)"),
        "must name one host",
    ),
    "a route of TCP": (
        _route("HostSNI(`a.shop.example.com`)", kind="IngressRouteTCP"),
        _route("HostSNI(`*`)", kind="IngressRouteTCP"),
        "host * is not one of",
    ),
    "a record": (_endpoint("a.shop.example.com"), _endpoint("mail.example.com"), "host mail."),
    "a route of the Gateway API": (
        _http_route("a.shop.example.com"),
        _http_route("example.com"),
        "host example.com",
    ),
    "one without a host": (_http_route("a.shop.example.com"), _http_route(), "for every host"),
    "a gateway for every host": (_gateway("shop.example.com"), _gateway(None), "for every host"),
}


@pytest.fixture(scope="module")
def routed(client: Client) -> Iterator[Client]:
    """An API with the CRDs, the policies and the team's namespace, and no platform."""
    labels = {"team": TEAM}
    namespace = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": NAMESPACE, "labels": labels},
    }
    with ExitStack() as objects:
        for group, version, kind in CRDS:
            objects.enter_context(_made(client, _crd(group, version, kind)))
        objects.enter_context(_made(client, namespace))
        for policy in host_policies(ROUTED):
            for manifest in (policy.manifest, policy.binding([NAMESPACE], ENFORCE)):
                objects.enter_context(_made(client, manifest))
        probe = ROUTES["a gateway for every host"][1]
        client.wait_until(
            lambda: _served(client) and not _admits(client, probe), 60, lambda: "no policy yet"
        )
        yield client


@contextmanager
def _made(client: Client, manifest: Object) -> Iterator[None]:
    client.create(manifest)
    yield
    client.delete(manifest, seconds=60)


def _served(client: Client) -> bool:
    try:
        for group, version, kind in CRDS:
            client.type_of(f"{group}/{version}", kind)
    except KubernetesError:
        return False
    return all(_admits(client, own) for own, _, _ in ROUTES.values())


def _crd(group: str, version: str, kind: str) -> Object:
    plural = f"{kind.lower()}s"
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    schema = {"openAPIV3Schema": {"type": "object", "properties": {"spec": anything}}}
    served = {"name": version, "served": True, "storage": True, "schema": schema}
    metadata: Object = {"name": f"{plural}.{group}"}
    if group.endswith("k8s.io"):
        metadata["annotations"] = {"api-approved.kubernetes.io": "unapproved, for a test"}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": metadata,
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"kind": kind, "plural": plural, "singular": kind.lower()},
            "versions": [served],
        },
    }


@pytest.mark.parametrize("each", ROUTES)
def test_routes_and_records_have_names_of_the_team(routed: Client, each: str) -> None:
    own, attack, message = ROUTES[each]
    _dry_run(routed, own)
    assert message in _refusal(routed, attack)
