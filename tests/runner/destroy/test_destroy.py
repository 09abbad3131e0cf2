"""A destroy ends whatever controllers made, and whatever an earlier destroy left (M3)."""

import json
from collections.abc import Callable

import pytest

from runner.errors import RunnerError, TerraformError
from runner.kubernetes import kinds
from runner.kubernetes.api import KubernetesUnreachableError
from runner.stages import destroy
from support import leftovers
from support.cluster_environment import Environment
from support.destroying import destroyed, machine, run, states
from support.fake_kubernetes import FakeKubernetes
from support.fake_terraform import FakeTerraform
from support.state_objects import BUCKET, REGION, applied


def karpenter(environment: Environment) -> Callable[[FakeKubernetes], None]:
    """Terminates the machines of claims that are being deleted, as the controller does."""
    ec2 = environment.aws.client("ec2", REGION)

    def act(kubernetes: FakeKubernetes) -> None:
        for claim in kubernetes.of(kinds.NODE_CLAIM):
            if "deletionTimestamp" in claim["metadata"]:
                instance = claim["status"]["providerID"].rpartition("/")[2]
                ec2.terminate_instances(InstanceIds=[instance])
        kubernetes.finish(kinds.NODE_CLAIM)

    return act


def test_a_dry_run_lists_everything_and_changes_nothing(
    environment: Environment,
    kubernetes: FakeKubernetes,
    fake_terraform: FakeTerraform,
    capfd: pytest.CaptureFixture[str],
) -> None:
    kubernetes.run("karpenter")
    kubernetes.add(kinds.NODE_POOL, "default")
    kubernetes.add(kinds.SERVICE, "web", "shop", spec={"type": "LoadBalancer"})
    kubernetes.add(kinds.SERVICE, "inner", "shop", spec={"type": "ClusterIP"})
    kubernetes.add(kinds.APPLICATION, "shop", "argocd")
    kubernetes.add(kinds.CLAIM, "data", "shop", spec={"volumeName": "pvc-1"})
    claimed = machine(environment, kubernetes)
    made = [make(environment.aws, "dev", environment.vpc) for make in leftovers.MAKERS.values()]
    group = leftovers.guardduty_group(environment.aws, environment.vpc)
    endpoint = leftovers.guardduty_endpoint(environment.aws, environment.vpc, group)
    kept = leftovers.volume(environment.aws, "dev", environment.vpc, "Retain")
    destroy(run(environment, dry_run=True, approve=False))
    printed = capfd.readouterr().out
    for id_ in (*made, claimed, group, endpoint, "shop/web", "argocd/shop", "shop/data (pvc-1)"):
        assert id_ in printed
    assert "shop/inner" not in printed
    kept_line = next(line for line in printed.splitlines() if kept in line)
    assert kept_line.endswith("kept, because its PersistentVolume has the reclaim policy Retain")
    assert "dev-platform: 1 resources" in printed
    assert fake_terraform.calls == []
    assert kubernetes.requests == []


def test_nothing_is_deleted_without_a_yes(
    environment: Environment,
    kubernetes: FakeKubernetes,
    fake_terraform: FakeTerraform,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kubernetes.add(kinds.NODE_POOL, "default")
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "y")
    with pytest.raises(RunnerError, match="Nothing was destroyed"):
        destroy(run(environment, approve=False))
    assert (fake_terraform.calls, kubernetes.requests) == ([], [])


def test_controllers_end_what_they_made_before_terraform_ends_them(
    environment: Environment,
    kubernetes: FakeKubernetes,
    fake_terraform: FakeTerraform,
    capfd: pytest.CaptureFixture[str],
) -> None:
    kubernetes.run("karpenter")
    kubernetes.run("aws-load-balancer-controller")
    kubernetes.add(kinds.APPLICATION_SET, "all", "argocd")
    kubernetes.add(kinds.APPLICATION, "shop", "argocd", finalizers=("argocd",))
    kubernetes.add(kinds.NODE_POOL, "default", spec={"template": {"spec": {}}})
    kubernetes.add(
        kinds.SERVICE,
        "web",
        "shop",
        finalizers=("service.k8s.aws/x",),
        spec={"type": "LoadBalancer"},
    )
    kubernetes.add(kinds.INGRESS_CLASS, "inside", spec={"controller": "ingress.k8s.aws/alb"})
    kubernetes.add(kinds.INGRESS, "shop", "shop", spec={"ingressClassName": "inside"})
    kubernetes.add(kinds.INGRESS, "other", "shop", spec={"ingressClassName": "nginx"})
    claimed = machine(environment, kubernetes)
    kubernetes.controllers += [
        karpenter(environment),
        lambda each: each.finish(kinds.APPLICATION),
        lambda each: each.finish(kinds.SERVICE),
    ]
    destroy(run(environment))
    assert [each for each in kubernetes.requests if each.startswith("DELETE")] == [
        "DELETE /apis/argoproj.io/v1alpha1/namespaces/argocd/applicationsets/all",
        "DELETE /apis/argoproj.io/v1alpha1/namespaces/argocd/applications/shop",
        "DELETE /api/v1/namespaces/shop/services/web",
        "DELETE /apis/networking.k8s.io/v1/namespaces/shop/ingresses/shop",
        "DELETE /apis/karpenter.sh/v1/nodepools/default",
        "DELETE /apis/karpenter.sh/v1/nodeclaims/default-x",
    ]
    assert states(environment) == {claimed: "terminated"}
    assert destroyed(fake_terraform) == ["platform", "cluster", "edge", "network"]
    assert "Karpenter drains its nodes until" in capfd.readouterr().out


def test_applications_that_argo_cd_does_not_delete_do_not_stop_a_destroy(
    environment: Environment,
    kubernetes: FakeKubernetes,
    fake_terraform: FakeTerraform,
    capfd: pytest.CaptureFixture[str],
) -> None:
    kubernetes.add(kinds.APPLICATION, "shop", "argocd", finalizers=("resources-finalizer",))
    destroy(run(environment))
    assert kubernetes.names(kinds.APPLICATION) == []
    assert "Argo CD did not delete Application argocd/shop within" in capfd.readouterr().out
    assert destroyed(fake_terraform)[0] == "platform"


def test_a_load_balancer_that_stays_stops_the_destroy_before_its_controller_goes(
    environment: Environment, kubernetes: FakeKubernetes, fake_terraform: FakeTerraform
) -> None:
    kubernetes.run("aws-load-balancer-controller")
    kubernetes.add(kinds.SERVICE, "web", "shop", spec={"type": "LoadBalancer"})
    leftovers.load_balancer(environment.aws, "dev", environment.vpc)
    with pytest.raises(
        RunnerError, match=r"load balancer arn:.*Service shop/web.*still|These"
    ) as e:
        destroy(run(environment))
    assert "deletion protection" in str(e.value)
    assert fake_terraform.calls == []


def test_volumes_are_deleted_by_the_policy_that_their_claim_had(
    environment: Environment, kubernetes: FakeKubernetes, fake_terraform: FakeTerraform
) -> None:
    """The policy is known to Kubernetes alone, which does not exist any more afterwards."""
    ec2 = environment.aws.client("ec2", REGION)
    made = {
        policy: leftovers.volume(environment.aws, "dev", environment.vpc, None)
        for policy in ("Delete", "Retain")
    }
    for policy, volume in made.items():
        kubernetes.add(
            kinds.VOLUME,
            f"pvc-{policy.lower()}",
            spec={
                "persistentVolumeReclaimPolicy": policy,
                "csi": {"driver": "ebs.csi.aws.com", "volumeHandle": volume},
            },
            status={"phase": "Bound"},
        )
    kubernetes.add(kinds.CLAIM, "data", "shop")
    destroy(run(environment))
    assert kubernetes.names(kinds.CLAIM) == []
    assert [each["VolumeId"] for each in ec2.describe_volumes()["Volumes"]] == [made["Retain"]]
    assert destroyed(fake_terraform) == ["platform", "cluster", "edge", "network"]


def unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: object) -> None:
        raise KubernetesUnreachableError("The Kubernetes API of dev does not answer.")

    monkeypatch.setattr("runner.destroy.teardown.connect_to", connect)


def test_an_api_that_cannot_be_reached_stops_the_destroy_while_aws_has_leftovers(
    environment: Environment,
    fake_terraform: FakeTerraform,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    unreachable(monkeypatch)
    claimed = leftovers.instance(environment.aws, "dev", environment.vpc)
    with pytest.raises(RunnerError, match="--without-kubernetes"):
        destroy(run(environment))
    assert claimed in capfd.readouterr().out
    assert fake_terraform.calls == []
    destroy(run(environment, without_kubernetes=True))
    assert states(environment) == {claimed: "terminated"}
    assert destroyed(fake_terraform) == ["platform", "cluster", "edge", "network"]


def test_a_failed_destroy_of_the_platform_says_what_keeps_its_namespaces(
    environment: Environment,
    kubernetes: FakeKubernetes,
    fake_terraform: FakeTerraform,
    capfd: pytest.CaptureFixture[str],
) -> None:
    message = "Some content in the namespace has finalizers remaining: example.com/a in 1 objects"
    condition = {"type": "NamespaceFinalizersRemaining", "status": "True", "message": message}
    path = kubernetes.add(
        kinds.NAMESPACE, "shop", finalizers=("kubernetes",), status={"conditions": [condition]}
    )
    kubernetes.delete(path)
    fake_terraform.answers(destroy=1)
    with pytest.raises(TerraformError):
        destroy(run(environment))
    assert f"Still being deleted: Namespace shop: {message}" in capfd.readouterr().out
    assert destroyed(fake_terraform) == ["platform"]


@pytest.mark.usefixtures("fake_terraform", "kubernetes")
def test_terraform_destroys_once_more_when_leftovers_made_it_fail(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A node leaves its interface while Terraform deletes the node group."""
    results = iter([True, False])

    def once_failing(*_: object, **__: object) -> None:
        if next(results):
            leftovers.interface(environment.aws, "dev", environment.vpc)
            raise TerraformError("terraform destroy failed")
        applied(environment.aws, "cluster", resources=0)

    applied(environment.aws, "platform", resources=0)
    monkeypatch.setattr("runner.terraform.Terraform.destroy", once_failing)
    destroy(run(environment, only="cluster"))
    assert next(results, None) is None
    ec2 = environment.aws.client("ec2", REGION)
    left = ec2.describe_network_interfaces()["NetworkInterfaces"]
    assert [each["Description"] for each in left] == []


def test_the_platform_is_destroyed_without_chart_repositories_if_its_state_is_current(
    environment: Environment,
    kubernetes: FakeKubernetes,
    fake_terraform: FakeTerraform,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    now = {"endpoint": "https://now", "certificateAuthority": {"data": "authority"}}
    monkeypatch.setattr("runner.destroy.state_is_current.described", lambda *_: now)
    for endpoint, flags in (("https://now", ["-refresh=false"]), ("https://before", [])):
        read = {"endpoint": endpoint, "certificate_authority": [{"data": "authority"}]}
        resources = [
            {
                "mode": "data",
                "type": "aws_eks_cluster",
                "name": "existing",
                "instances": [{"attributes": read}],
            },
            {
                "mode": "managed",
                "type": "helm_release",
                "name": "karpenter",
                "instances": [{"attributes": {}}],
            },
        ]
        state = {"lineage": "one", "serial": 1, "outputs": {}, "resources": resources}
        environment.aws.client("s3", REGION).put_object(
            Bucket=BUCKET, Key="dev/platform.tfstate", Body=json.dumps(state).encode()
        )
        kubernetes.add(kinds.CRD, "widgets.example.com", spec={"group": "example.com"})
        destroy(run(environment, only="platform"))
        assert fake_terraform.calls[-1] == ["dev-platform", "destroy", "-auto-approve", *flags]
    assert "The cluster still has 1 CRDs" in capfd.readouterr().out
