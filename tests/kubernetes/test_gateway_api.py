"""The Gateway API on a real API server: its CRDs, the platform's objects, and routes of teams.

The CRDs are those of the project's release, by the digest in the version table.
"""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from config import versions
from config.environment import Environment
from modules.addons.catalog import rendered
from modules.helm.archives import archive_name
from modules.helm.gateway import CRDS, GATEWAY_API
from modules.namespaces.admission.hosts.policies import host_policies
from modules.namespaces.admission.kinds import kinds_policy
from modules.namespaces.admission.policy import ENFORCE
from runner.charts.bundle import archive_of_objects
from support.environments import environment
from support.host_names import NAMESPACE, Object, admits, dry_run, host_object, refusal_of
from tools.kubernetes import Client, Cluster, KubernetesError
from tools.kubernetes.build import BuildError
from tools.kubernetes.gateway_api import standard_install

pytestmark = pytest.mark.kubernetes

INGRESS: Final = "ingress"
RECORD: Final = 1_048_576
"""Bytes of a Secret, and so of a release's record."""

SECONDS: Final = 60
MEMBERS: Final = "shop-developers"
RBAC: Final = "rbac.authorization.k8s.io"


def with_gateway(controller: str) -> Environment:
    """An environment with a Gateway and two teams."""
    return environment(
        edge={
            "hosted_zone": {"id": "Z1", "name": "example.com"},
            "domain_names": ["example.com"],
            "load_balancer": "nlb",
        },
        platform={
            "ingress": {
                "controller": controller,
                "gateway_api": {"enabled": True, "hosts": ["*.own.example.com"]},
            },
            "argo_cd": {"host": "argocd.example.com"},
            "external_dns": {"enabled": True},
        },
        teams={
            "shop": {"namespaces": {NAMESPACE: {}}},
            "bank": {"namespaces": {"bank": {}}},
        },
    )


@pytest.fixture(scope="module")
def standard() -> bytes:
    """The file of the release, with the digest of the version table."""
    chart = versions.table().charts[CRDS]
    assert chart.bundle is not None
    try:
        content = standard_install(chart.version)
    except BuildError as missing:
        pytest.skip(str(missing))
    assert hashlib.sha256(content).hexdigest() == chart.bundle.digest
    return content


@pytest.fixture(scope="module")
def release(
    cluster: Cluster, client: Client, standard: bytes, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The chart of the CRDs, installed by Helm in a namespace of its own."""
    version = versions.table().charts[CRDS].version
    archive = tmp_path_factory.mktemp("chart") / archive_name(CRDS, version)
    archive.write_bytes(archive_of_objects(standard, CRDS, version))
    with ExitStack() as objects:
        for name in (INGRESS, NAMESPACE, "bank"):
            objects.enter_context(_made(client, _namespace(name)))
        _helm(cluster, "install", CRDS, str(archive), "--wait")
        yield archive
        _helm(cluster, "uninstall", CRDS, "--wait")
        crds = _crds(client)
        # Helm keeps them, and with them every route.
        assert len(crds) == 10
        for crd in crds:
            client.delete(crd, seconds=SECONDS)


@contextmanager
def _made(client: Client, manifest: Object) -> Iterator[None]:
    client.create(manifest)
    yield
    client.delete(manifest, seconds=SECONDS)


def _namespace(name: str) -> Object:
    team = {"labels": {"team": name}} if name != INGRESS else {}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, **team}}


def _helm(cluster: Cluster, *arguments: str) -> str:
    done = cluster.helm(*arguments, f"--namespace={INGRESS}")
    assert done.returncode == 0, done.stderr
    return done.stdout


def _crds(client: Client) -> list[Object]:
    path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    return [
        {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", **each}
        for each in client.request("GET", path)["items"]
        if each["spec"]["group"] == "gateway.networking.k8s.io"
    ]


def test_the_release_is_small_enough_and_is_upgraded(
    cluster: Cluster, client: Client, release: Path
) -> None:
    _helm(cluster, "upgrade", CRDS, str(release), "--wait")
    path = f"/api/v1/namespaces/{INGRESS}/secrets"
    records = [
        each["data"]["release"]
        for each in client.request("GET", path)["items"]
        if each["type"] == "helm.sh/release.v1"
    ]
    sizes = [len(base64.b64decode(each)) for each in records]
    assert len(sizes) == 2
    assert max(sizes) < RECORD / 2, sizes


def test_the_crds_are_those_of_the_standard_channel(client: Client, release: Path) -> None:
    assert release.is_file()
    for crd in _crds(client):
        annotations = crd["metadata"]["annotations"]
        assert annotations["gateway.networking.k8s.io/channel"] == "standard"
        assert annotations["helm.sh/resource-policy"] == "keep"


def test_other_crds_over_them_are_refused(client: Client, release: Path) -> None:
    """The release has the project's own policy, which Envoy Gateway's chart would bring as well."""
    assert release.is_file()
    crd = next(each for each in _crds(client) if each["spec"]["names"]["kind"] == "HTTPRoute")
    told: list[str] = []

    def refused() -> bool:
        try:
            client.patch(crd, _channel("experimental"))
        except KubernetesError as error:
            told.append(str(error))
            return True
        # A new policy is applied after some seconds.
        client.patch(crd, _channel("standard"))
        return False

    client.wait_until(refused, SECONDS, lambda: "the policy is not applied yet")
    assert "experimental CRDs on top of standard" in told[0]


def _channel(name: str) -> Object:
    return {"metadata": {"annotations": {"gateway.networking.k8s.io/channel": name}}}


@pytest.mark.parametrize("controller", ["traefik", "envoy-gateway"])
def test_the_platforms_objects_are_accepted(client: Client, release: Path, controller: str) -> None:
    assert release.is_file()
    found = [
        each
        for name, made in rendered(with_gateway(controller)).items()
        if name == f"{controller}-resources"
        for each in made.manifests
        if each["apiVersion"] == GATEWAY_API
    ]
    assert {each["kind"] for each in found} == {"GatewayClass", "Gateway", "HTTPRoute"}
    for each in found:
        kind = client.type_of(each["apiVersion"], each["kind"])
        path = kind.collection(each["metadata"].get("namespace"))
        client.request("POST", path, each, dryRun="All", fieldValidation="Strict")


@pytest.fixture(scope="module")
def member(client: Client, release: Path) -> Iterator[Client]:
    """A member of team shop who has every right in its namespace, beside the policies of teams."""
    assert release.is_file()
    settings = with_gateway("traefik")
    with ExitStack() as objects:
        for role in rendered(settings)[f"{CRDS}-resources"].manifests:
            objects.enter_context(_made(client, role))
        objects.enter_context(_made(client, _binding("cluster-admin")))
        policies = [
            *host_policies(settings),
            kinds_policy(settings, "shop", settings.teams["shop"]),
        ]
        for policy in policies:
            for manifest in (policy.manifest, policy.binding([NAMESPACE], ENFORCE)):
                objects.enter_context(_made(client, manifest))
        made = client.impersonating("shop-developer", MEMBERS)
        probe = _route("api.bank.example.com")
        client.wait_until(
            lambda: admits(made, _route("api.shop.example.com")) and not admits(made, probe),
            SECONDS,
            lambda: "no policy yet",
        )
        yield made


def _binding(role: str) -> Object:
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": role, "namespace": NAMESPACE},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": role},
        "subjects": [{"apiGroup": RBAC, "kind": "Group", "name": MEMBERS}],
    }


def _route(*hosts: str, kind: str = "HTTPRoute") -> Object:
    parent = {"name": "front-door", "namespace": INGRESS}
    backend: dict[str, Any] = {"name": "web", "port": 80}
    spec = {
        "parentRefs": [parent],
        "rules": [{"backendRefs": [backend]}],
        **({"hostnames": list(hosts)} if hosts else {}),
    }
    return host_object(GATEWAY_API, kind, spec)


@pytest.mark.parametrize("kind", ["HTTPRoute", "GRPCRoute"])
def test_a_team_has_routes_for_its_own_hosts(member: Client, kind: str) -> None:
    dry_run(member, _route("shop.example.com", "api.shop.example.com", kind=kind))


@pytest.mark.parametrize("kind", ["HTTPRoute", "GRPCRoute"])
def test_a_route_for_the_host_of_another_team_is_refused(member: Client, kind: str) -> None:
    route = _route("api.shop.example.com", "api.bank.example.com", kind=kind)
    assert "host api.bank.example.com is not one of team shop" in refusal_of(member, route)


def test_a_route_for_a_host_of_the_platform_is_refused(member: Client) -> None:
    assert "host argocd.example.com" in refusal_of(member, _route("argocd.example.com"))


def test_a_route_for_every_host_is_refused(member: Client) -> None:
    assert "for every host name" in refusal_of(member, _route())


def test_a_record_with_another_target_is_refused(member: Client) -> None:
    route = _route("api.shop.example.com")
    target = "external-dns.alpha.kubernetes.io/target"
    route["metadata"]["annotations"] = {target: "198.51.100.7"}
    assert f"annotation {target}" in refusal_of(member, route)


FURTHER: Final[tuple[tuple[str, Object], ...]] = (
    (
        "ReferenceGrant",
        {
            "from": [
                {"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": "bank"}
            ],
            "to": [{"group": "", "kind": "Service"}],
        },
    ),
    (
        "Gateway",
        {
            "gatewayClassName": "traefik",
            "listeners": [
                {
                    "name": "web",
                    "protocol": "HTTP",
                    "port": 8000,
                    "hostname": "shop.example.com",
                }
            ],
        },
    ),
    (
        "TCPRoute",
        {
            "parentRefs": [{"name": "front-door", "namespace": INGRESS}],
            "rules": [{"backendRefs": [{"name": "web", "port": 80}]}],
        },
    ),
)


@pytest.mark.parametrize(("kind", "spec"), FURTHER, ids=[kind for kind, _ in FURTHER])
def test_what_reaches_farther_is_refused(member: Client, kind: str, spec: Object) -> None:
    made = host_object(GATEWAY_API, kind, spec)
    assert f"team shop may not have gateway.networking.k8s.io/{kind}" in refusal_of(member, made)


def test_the_role_edit_has_routes_and_no_gateway(client: Client, member: Client) -> None:
    """The member of the other tests has every right; this one has the role of Kubernetes."""
    assert member is not client
    path = f"/apis/{RBAC}/v1/clusterroles/edit"

    def changed() -> set[str]:
        return {
            resource
            for rule in client.request("GET", path)["rules"]
            if "gateway.networking.k8s.io" in rule["apiGroups"] and "create" in rule["verbs"]
            for resource in rule["resources"]
        }

    client.wait_until(lambda: bool(changed()), SECONDS, lambda: "not aggregated yet")
    assert changed() == {"httproutes", "grpcroutes"}
