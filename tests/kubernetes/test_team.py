"""A member of a team, with kubectl: deploys the sample application, and reaches nothing else."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from config.sections.teams import team_groups
from support.applied_platform import AppliedPlatform
from support.members import NAMESPACE, SECONDS, TEAM, ArgoCd, Kubectl, Member, permitted
from tools.kubernetes import Client, Cluster, KubernetesError
from tools.kubernetes.nodes import zone_of
from tools.standins.chart_files import documents

pytestmark = [
    pytest.mark.kubernetes,
    pytest.mark.parametrize("platform", ["dev"], indirect=True, scope="session"),
]

SAMPLE_APP = Path(__file__).parents[2] / "examples/gitops-repositories/shop/apps/sample-app"


@pytest.fixture
def client(platform_client: Client) -> Client:
    return platform_client


@pytest.fixture
def member(platform: AppliedPlatform, platform_cluster: Cluster, client: Client) -> Member:
    groups = team_groups(TEAM, platform.environment.teams[TEAM])["edit"]
    return Member(platform_cluster, client, groups[0])


@contextmanager
def _deployed(client: Client, kubectl: Kubectl, manifests: list[dict[str, Any]]) -> Iterator[None]:
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": manifests})
    kubectl.check("apply", "--server-side", "--filename=-", stdin=text)
    yield
    kubectl.check("delete", "--filename=-", stdin=text)
    client.wait_until(
        lambda: not client.objects("v1", "Pod", NAMESPACE), SECONDS, lambda: "pods stay"
    )


def _sample_app() -> list[dict[str, Any]]:
    return [manifest for file in sorted(SAMPLE_APP.glob("*.yaml")) for manifest in documents(file)]


def _ready(client: Client) -> int:
    deployment = client.get("apps/v1", "Deployment", "sample-app", NAMESPACE)
    return (deployment or {"status": {}})["status"].get("readyReplicas", 0)


def _wait_for_pods(client: Client, number: int) -> None:
    client.wait_until(
        lambda: _ready(client) == number, SECONDS, lambda: f"{_ready(client)} pods are ready"
    )


def test_the_sample_application_is_admitted_scheduled_and_scaled(
    platform: AppliedPlatform, member: Member, client: Client
) -> None:
    # What the administrator has to apply today.
    own = [each for each in _sample_app() if each["kind"] != "VerticalPodAutoscaler"]
    with _deployed(client, member, own):
        # The HPA's minimum is two, and a new Deployment has one.
        _wait_for_pods(client, 2)
        pods = client.objects("v1", "Pod", NAMESPACE)
        assert all(not each["spec"]["nodeName"].startswith("system-") for each in pods)
        change: dict[str, Any] = {"spec": {"minReplicas": 4}}
        place = {"name": "sample-app", "namespace": NAMESPACE}
        autoscaler = {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler"}
        member.api.patch({**autoscaler, "metadata": place}, change)
        _wait_for_pods(client, 4)
        zones = {
            zone_of(node)
            for pod in client.objects("v1", "Pod", NAMESPACE)
            if (node := client.get("v1", "Node", pod["spec"]["nodeName"]))
        }
        assert zones == {zone_of(node) for node in platform.nodes}


def test_argo_cd_may_deploy_the_sample_application(
    project: dict[str, Any], argo_cd: ArgoCd, client: Client
) -> None:
    manifests = _sample_app()
    for each in manifests:
        group = each["apiVersion"].rpartition("/")[0]
        assert permitted(project, {**each, "metadata": {"namespace": NAMESPACE}}), each["kind"]
        # https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/
        tracked = f"sample:{group}/{each['kind']}:{NAMESPACE}/{each['metadata']['name']}"
        each["metadata"]["annotations"] = {
            **each["metadata"].get("annotations", {}),
            "argocd.argoproj.io/tracking-id": tracked,
        }
    with _deployed(client, argo_cd, manifests):
        _wait_for_pods(client, 2)


def _pod(**container: Any) -> dict[str, Any]:
    security = {
        "allowPrivilegeEscalation": False,
        "runAsNonRoot": True,
        "capabilities": {"drop": ["ALL"]},
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    main = {"name": "main", "image": "main", "securityContext": security, **container}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"attack-{time.monotonic_ns()}", "namespace": NAMESPACE},
        "spec": {"containers": [main]},
    }


@pytest.mark.parametrize(
    ("pod", "problem"),
    [
        (_pod(securityContext={"privileged": True}), "violates PodSecurity"),
        (_pod(resources={"requests": {"cpu": "21"}}), "exceeded quota"),
    ],
)
def test_pods_beyond_the_limits_of_the_namespace_are_refused(
    member: Member, pod: dict[str, Any], problem: str
) -> None:
    with pytest.raises(KubernetesError, match=problem):
        member.api.create(pod)


@pytest.mark.parametrize(
    ("verb", "resource", "namespace"),
    [
        ("get", "secrets", "monitoring"),
        ("get", "secrets", "kube-system"),
        ("create", "pods", "argocd"),
        ("create", "namespaces", NAMESPACE),
        ("update", "resourcequotas", NAMESPACE),
        ("delete", "limitranges", NAMESPACE),
        ("create", "rolebindings", NAMESPACE),
        ("create", "clusterrolebindings", NAMESPACE),
        ("update", "namespaces", NAMESPACE),
        ("create", "nodepools.karpenter.sh", NAMESPACE),
        ("create", "clusterissuers.cert-manager.io", NAMESPACE),
        ("impersonate", "users", NAMESPACE),
    ],
)
def test_what_is_not_the_teams_is_out_of_reach(
    member: Member, verb: str, resource: str, namespace: str
) -> None:
    assert not member.may(verb, resource, namespace)


def test_the_team_may_apply_the_autoscaler_of_the_sample_application(member: Member) -> None:
    (vpa,) = [each for each in _sample_app() if each["kind"] == "VerticalPodAutoscaler"]
    text = json.dumps(vpa)
    member.check("apply", "--filename=-", "--server-side", "--dry-run=server", stdin=text)


def test_the_team_may_do_its_work(member: Member) -> None:
    assert member.may("create", "deployments.apps")
    assert member.may("get", "pods")
