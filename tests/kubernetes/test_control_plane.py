"""The control plane does what tests of the platform rely on."""

from collections.abc import Iterator
from typing import Any

import pytest

from support.environments import example
from tools.kubernetes import Client, Cluster, KubernetesError
from tools.kubernetes.nodes import nodes_of, zone_of

pytestmark = pytest.mark.kubernetes

NAMESPACE = "control-plane"
SECONDS = 60
NO_POD = 'no endpoints available for service "webhook"'
"""What EKS says too of a webhook whose pods are all down."""


@pytest.fixture(scope="module", autouse=True)
def namespace(client: Client) -> Iterator[None]:
    manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    client.create(manifest)
    for node in nodes_of(example("dev")):
        client.create(node)
    yield
    client.delete(manifest)
    for node in nodes_of(example("dev")):
        client.delete(node, seconds=SECONDS)


def _pod(name: str, **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {"containers": [{"name": "main", "image": "main"}], **spec},
    }


def _wait_for(client: Client, manifest: dict[str, Any], phase: str) -> dict[str, Any]:
    client.wait_until(
        lambda: (client.live(manifest) or {"status": {}})["status"].get("phase") == phase,
        SECONDS,
        lambda: f"{manifest['metadata']['name']} is not {phase}: {client.live(manifest)}",
    )
    live = client.live(manifest)
    assert live is not None
    return live


def test_a_pod_runs_on_a_node_without_the_system_taint(client: Client) -> None:
    pod = client.create(_pod("plain"))
    running = _wait_for(client, pod, "Running")
    assert running["spec"]["nodeName"].startswith("default-")


def test_a_pod_that_tolerates_the_taint_runs_on_a_system_node(client: Client) -> None:
    pod = _pod(
        "system",
        tolerations=[{"key": "CriticalAddonsOnly", "operator": "Exists"}],
        nodeSelector={"node-group": "system"},
    )
    running = _wait_for(client, client.create(pod), "Running")
    assert running["spec"]["nodeName"].startswith("system-")


def test_a_job_ends(client: Client) -> None:
    template = {"spec": {**_pod("job")["spec"], "restartPolicy": "Never"}}
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "job", "namespace": NAMESPACE},
        "spec": {"template": template},
    }
    client.create(job)
    client.wait_until(
        lambda: (client.live(job) or {"status": {}})["status"].get("succeeded") == 1,
        SECONDS,
        lambda: f"the job runs on: {client.live(job)}",
    )


def test_a_claim_gets_a_volume_in_the_zone_of_its_pod_and_returns_it(client: Client) -> None:
    storage_class = {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": "zonal"},
        "provisioner": "ebs.csi.aws.com",
        "volumeBindingMode": "WaitForFirstConsumer",
    }
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data", "namespace": NAMESPACE},
        "spec": {
            "storageClassName": "zonal",
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Gi"}},
        },
    }
    volumes = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    for manifest in (storage_class, claim):
        client.create(manifest)
    pod = client.create(_pod("with-data", volumes=volumes))
    running = _wait_for(client, pod, "Running")
    _wait_for(client, claim, "Bound")
    (volume,) = client.objects("v1", "PersistentVolume")
    node = client.get("v1", "Node", running["spec"]["nodeName"])
    assert node is not None
    terms = volume["spec"]["nodeAffinity"]["required"]["nodeSelectorTerms"]
    assert terms[0]["matchExpressions"][0]["values"] == [zone_of(node)]
    client.delete(pod, seconds=SECONDS)
    client.delete(claim, seconds=SECONDS)
    client.delete(storage_class)
    client.wait_until(
        lambda: not client.objects("v1", "PersistentVolume"), SECONDS, lambda: "the volume stays"
    )


def test_admission_refuses_what_a_namespace_does_not_allow(client: Client) -> None:
    label = {"pod-security.kubernetes.io/enforce": "restricted"}
    manifest = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": "restricted", "labels": label},
    }
    client.create(manifest)
    pod = _pod("plain")
    pod["metadata"]["namespace"] = "restricted"
    with pytest.raises(KubernetesError, match="violates PodSecurity"):
        client.create(pod)
    client.delete(manifest)


def test_a_webhook_answers_while_a_pod_of_its_service_is_ready(client: Client) -> None:
    labels = {"app": "webhook"}
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "webhook", "namespace": NAMESPACE},
        "spec": {"selector": labels, "ports": [{"port": 443, "targetPort": 9443}]},
    }
    webhooks = {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": "control-plane"},
        "webhooks": [
            {
                "name": "validate.control-plane.example.com",
                "admissionReviewVersions": ["v1"],
                "sideEffects": "None",
                "failurePolicy": "Fail",
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": NAMESPACE}},
                # Without caBundle, which a controller has to write.
                "clientConfig": {"service": {"name": "webhook", "namespace": NAMESPACE}},
                "rules": [
                    {
                        "apiGroups": [""],
                        "apiVersions": ["v1"],
                        "resources": ["secrets"],
                        "operations": ["CREATE"],
                    }
                ],
            }
        ],
    }
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "checked", "namespace": NAMESPACE},
    }
    pod = _pod("webhook")
    pod["metadata"]["labels"] = labels
    for each in (service, webhooks):
        client.create(each)
    try:
        client.wait_until(lambda: NO_POD in _refusal(client, secret), SECONDS, lambda: "admitted")
        client.create(pod)
        client.wait_until(
            lambda: not _refusal(client, secret), SECONDS, lambda: _refusal(client, secret)
        )
        client.delete(pod)
        client.wait_until(lambda: NO_POD in _refusal(client, secret), SECONDS, lambda: "admitted")
    finally:
        client.delete(webhooks)


def _refusal(client: Client, manifest: dict[str, Any]) -> str:
    """What the API says to a manifest; an empty text where it accepts it."""
    try:
        client.delete(client.create(manifest))
    except KubernetesError as error:
        return str(error)
    return ""


def test_a_user_without_roles_may_do_nothing(client: Client) -> None:
    stranger = client.impersonating("someone", "developers")
    with pytest.raises(KubernetesError, match='User "someone" cannot list resource "pods"'):
        stranger.objects("v1", "Pod", NAMESPACE)


def test_kubectl_and_helm_reach_it_and_no_other(cluster: Cluster) -> None:
    done = cluster.kubectl("get", "namespace", NAMESPACE, "--output", "name")
    assert (done.stdout, done.stderr) == (f"namespace/{NAMESPACE}\n", "")
    done = cluster.helm("list", "--all-namespaces", "--short")
    assert (done.stdout, done.stderr) == ("", "")
