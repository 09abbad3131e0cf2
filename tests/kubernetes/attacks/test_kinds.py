"""A team has the kinds that its list allows, with kubectl and through Git alike."""

from collections.abc import Iterator
from typing import Any

import pytest

from config.derived.team_kinds import APPLICATION, group_and_kind
from support.applied_platform import AppliedPlatform
from support.members import (
    NAMESPACE,
    RBAC,
    TEAM,
    ArgoCd,
    aggregated,
    all_rights,
    as_group,
    kinds,
    object_,
    permitted,
    refusal,
)
from tools.kubernetes import Client, KubernetesError

pytestmark = [
    pytest.mark.kubernetes,
    pytest.mark.parametrize("platform", ["dev"], indirect=True, scope="session"),
]

PROBE = {"prober": {"url": "example.com"}}
REQUEST = {"request": "Y3Ny", "issuerRef": {"name": "internal", "kind": "ClusterIssuer"}}
BINDING = {"targetGroupARN": "arn", "serviceRef": {"name": "attack", "port": 80}}

REACH_FARTHER: tuple[tuple[str, str, dict[str, Any]], ...] = (
    # Any security group of the VPC, for example that of the clients of a database.
    ("vpcresources.k8s.aws/v1beta1", "SecurityGroupPolicy", {}),
    # The network policies that the platform does not make, by other names.
    ("cilium.io/v2", "CiliumNetworkPolicy", {}),
    ("networking.k8s.aws/v1alpha1", "PolicyEndpoint", {}),
    # They apply to the sidecars of all namespaces.
    ("networking.istio.io/v1", "VirtualService", {}),
    ("networking.istio.io/v1", "ServiceEntry", {}),
    ("security.istio.io/v1", "PeerAuthentication", {}),
    # A superuser of the platform's Elasticsearch.
    ("agent.k8s.elastic.co/v1alpha1", "Agent", {}),
    ("kibana.k8s.elastic.co/v1", "Kibana", {}),
    # Configuration of the ingress controller.
    ("k8s.nginx.org/v1", "VirtualServer", {}),
    # Any address that Prometheus reaches.
    ("monitoring.coreos.com/v1", "Probe", PROBE),
    ("monitoring.coreos.com/v1alpha1", "ScrapeConfig", {}),
    # The front door's target groups.
    ("elbv2.k8s.aws/v1beta1", "TargetGroupBinding", BINDING),
    # A certificate for any name.
    ("cert-manager.io/v1", "CertificateRequest", REQUEST),
)

BUILT_IN = (
    object_("networking.k8s.io/v1", "NetworkPolicy", spec={"podSelector": {}}),
    object_("v1", "ResourceQuota", spec={"hard": {"pods": "1000"}}),
    object_("v1", "LimitRange", spec={"limits": []}),
    object_("discovery.k8s.io/v1", "EndpointSlice", addressType="IPv4", endpoints=[]),
)

ATTACKS = [
    *(object_(api_version, kind, spec=spec) for api_version, kind, spec in REACH_FARTHER),
    *BUILT_IN,
]

KINDS = [(api_version, kind) for api_version, kind, _ in REACH_FARTHER]
GROUPS = sorted({group_and_kind(api_version)[0] for api_version, _ in KINDS})
"""The API groups, which the charts of their CRDs may add to the role `edit`."""

REFUSED = f"team {TEAM} may not have "

REFUSED_FOR_HOSTS = ("only cert-manager makes a ", f"is not one of team {TEAM}")


@pytest.fixture(scope="session")
def client(platform_client: Client) -> Client:
    return platform_client


@pytest.fixture(scope="module", autouse=True)
def reachable(client: Client, platform: AppliedPlatform) -> Iterator[None]:
    """All these kinds are there, and the roles of a team include them."""
    assert platform.environment.teams
    with (
        kinds(client, *KINDS),
        aggregated(client, *GROUPS, "networking.k8s.io", "discovery.k8s.io", ""),
    ):
        yield


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda each: each["kind"])
def test_what_reaches_farther_is_refused(
    client: Client, argo_cd: ArgoCd, project: dict[str, Any], attack: dict[str, Any]
) -> None:
    for member in (as_group(client, "edit"), as_group(client, "admin"), argo_cd.api):
        # Some kinds are refused by the policies of host names too; the API names one of them.
        said = refusal(member, attack)
        assert any(each in said for each in (REFUSED, *REFUSED_FOR_HOSTS)), said
    assert not permitted(project, attack)


def test_a_pod_of_the_team_may_do_no_more_than_its_members(client: Client) -> None:
    user, group = f"system:serviceaccount:{NAMESPACE}:robot", f"system:serviceaccounts:{NAMESPACE}"
    binding = {
        "apiVersion": f"{RBAC}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "robot", "namespace": NAMESPACE},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": "edit"},
        "subjects": [{"kind": "ServiceAccount", "name": "robot", "namespace": NAMESPACE}],
    }
    # An administrator of the team grants it what the administrator has.
    as_group(client, "admin").create(binding)
    try:
        robot = client.impersonating(user, group)
        assert refusal(robot, object_("v1", "ConfigMap")) == ""
        assert REFUSED in refusal(robot, ATTACKS[0])
    finally:
        client.delete(binding)


def test_a_user_whom_the_team_admits_may_do_no_more_than_its_members(client: Client) -> None:
    binding = {
        "apiVersion": f"{RBAC}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "guest", "namespace": NAMESPACE},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": "edit"},
        "subjects": [
            {"apiGroup": RBAC, "kind": "User", "name": "system:anonymous"},
            {"apiGroup": RBAC, "kind": "User", "name": "guest"},
        ],
    }
    as_group(client, "admin").create(binding)
    try:
        collection = client.type_of(*KINDS[0]).collection(NAMESPACE)
        for guest in ("guest", "system:anonymous"):
            with pytest.raises(KubernetesError, match=REFUSED):
                client.impersonating(guest).request("POST", collection, ATTACKS[0], dryRun="All")
    finally:
        client.delete(binding)


@pytest.mark.parametrize("role", ["edit", "admin"])
def test_tokens_of_service_accounts_are_not_for_people(client: Client, role: Any) -> None:
    path = f"/api/v1/namespaces/{NAMESPACE}/serviceaccounts/default/token"
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    with pytest.raises(KubernetesError, match=REFUSED):
        as_group(client, role).request("POST", path, body)


@pytest.mark.parametrize("role", ["edit", "admin"])
def test_the_walls_of_the_platform_stay(client: Client, role: Any) -> None:
    wall = object_("networking.k8s.io/v1", "NetworkPolicy", metadata={"name": "default-deny"})
    member = as_group(client, role)
    with pytest.raises(KubernetesError, match=REFUSED):
        member.delete(wall)
    with pytest.raises(KubernetesError, match=REFUSED):
        member.patch(wall, {"spec": {"policyTypes": ["Ingress"]}})


def test_argo_cd_binds_no_role_for_a_team(
    client: Client, argo_cd: ArgoCd, project: dict[str, Any]
) -> None:
    role = {"apiGroup": RBAC, "kind": "ClusterRole", "name": "cluster-admin"}
    subjects = [{"kind": "ServiceAccount", "name": "default", "namespace": NAMESPACE}]
    binding = object_(f"{RBAC}/v1", "RoleBinding", roleRef=role, subjects=subjects)
    assert REFUSED in refusal(argo_cd.api, binding)
    assert not permitted(project, binding)
    # Kubernetes itself refuses to grant what one does not have.
    assert "attempting to grant RBAC permissions" in refusal(as_group(client, "admin"), binding)


def test_a_viewer_changes_nothing(client: Client) -> None:
    assert "cannot create resource" in refusal(as_group(client, "view"), object_("v1", "ConfigMap"))


def test_a_normal_application_is_allowed(
    client: Client, argo_cd: ArgoCd, project: dict[str, Any]
) -> None:
    for entry in APPLICATION:
        group, kind = group_and_kind(entry)
        assert permitted(project, object_(f"{group}/v1" if group else "v1", kind)), entry
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    for made in (
        object_("v1", "Secret"),
        object_("v1", "ServiceAccount"),
        object_("v1", "PersistentVolumeClaim", spec=claim),
        object_("v1", "Service", spec={"ports": [{"port": 80}]}),
        object_("coordination.k8s.io/v1", "Lease"),
    ):
        for member in (as_group(client, "edit"), argo_cd.api):
            assert refusal(member, made) == ""


def test_controllers_work_in_namespaces_of_teams(client: Client, platform: AppliedPlatform) -> None:
    """As cert-manager, which is no administrator: it requests certificates for the team."""
    user = "system:serviceaccount:cert-manager:cert-manager"
    rules = [{"apiGroups": ["cert-manager.io"], "resources": ["*"], "verbs": ["*"]}]
    role = {"apiVersion": f"{RBAC}/v1", "kind": "ClusterRole", "metadata": {"name": "tests"}}
    binding = {
        "apiVersion": f"{RBAC}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "tests"},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": "tests"},
        "subjects": [{"apiGroup": RBAC, "kind": "User", "name": user}],
    }
    client.create({**role, "rules": rules})
    client.create(binding)
    wanted = object_("cert-manager.io/v1", "CertificateRequest", spec=REQUEST)
    try:
        assert refusal(client.impersonating(user), wanted) == ""
    finally:
        client.delete(binding)
        client.delete(role)
    with all_rights(client, platform.environment.platform.argo_cd.namespace or "argocd"):
        # An administrator may have what reaches farther.
        assert refusal(client, ATTACKS[0]) == ""
