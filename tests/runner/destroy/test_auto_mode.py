"""`make destroy` of a cluster in EKS Auto Mode: its leftovers, and the order of its end (L9)."""

from typing import Any

import pytest

from runner.destroy.drain import drain
from runner.destroy.inventory import take_inventory
from runner.destroy.storage import record_policies
from runner.destroy.sweep import OF_CLUSTER, sweep
from runner.destroy.target import Target
from runner.kubernetes import kinds
from runner.kubernetes.api import Kubernetes, Object
from support import auto_mode_leftovers as leftovers
from support.cluster_environment import QUICK, Environment
from support.destroying import FINALIZER
from support.fake_kubernetes import FakeKubernetes
from support.state_objects import REGION


def ids(target: Target) -> set[str]:
    return {each.id for _, found in take_inventory(target, None).aws for each in found}


@pytest.fixture
def auto_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Target, "auto_mode", lambda _: True)


@pytest.mark.parametrize("kind", leftovers.MAKERS)
def test_is_found_and_deleted_by_the_tags_of_auto_mode(kind: str, environment: Environment) -> None:
    make = leftovers.MAKERS[kind]
    own = make(environment.aws, "dev", environment.vpc)
    foreign = make(environment.aws, "other", environment.vpc)
    target, said = environment.target, list[str]()
    assert ids(target) == {own}
    assert sweep(target, OF_CLUSTER, QUICK, said.append).stuck == []
    assert any(own in line for line in said)
    other = Target("other", target.region, target.stack, target.location, target.vpc)
    assert ids(target) == set()
    assert ids(other) == {foreign}


def test_what_terraform_made_with_the_tag_of_the_cluster_is_left_to_it(
    environment: Environment,
) -> None:
    """The group of the nodes and the target groups of the front door have the tag too."""
    aws, tag = environment.aws, [{"Key": "eks:eks-cluster-name", "Value": "dev"}]
    aws.client("ec2", REGION).create_security_group(
        GroupName="dev-node",
        Description="-",
        VpcId=environment.vpc,
        TagSpecifications=[{"ResourceType": "security-group", "Tags": tag}],
    )
    aws.client("elbv2", REGION).create_target_group(
        Name="dev-http", Protocol="HTTP", Port=80, VpcId=environment.vpc, Tags=tag
    )
    assert ids(environment.target) == set()


def test_the_reclaim_policy_of_its_volumes_is_recorded(environment: Environment) -> None:
    volume = leftovers.volume(environment.aws, "dev", environment.vpc)
    claimed: dict[str, Any] = {
        "metadata": {"name": "pvc-1"},
        "spec": {
            "csi": {"driver": "ebs.csi.eks.amazonaws.com", "volumeHandle": volume},
            "persistentVolumeReclaimPolicy": "Retain",
        },
    }
    record_policies(environment.target, [Object(kinds.VOLUME, claimed)])
    (found,) = take_inventory(environment.target, None).aws[0][1] or [None]
    assert found is not None
    assert found.kept == "its PersistentVolume has the reclaim policy Retain"


@pytest.mark.usefixtures("auto_mode")
def test_machines_outlive_the_platform_whose_controllers_run_on_them(
    environment: Environment, kubernetes: FakeKubernetes
) -> None:
    pool = kubernetes.add(kinds.NODE_POOL, "platform", finalizers=(FINALIZER,))
    drain(environment.target, Kubernetes(kubernetes.access, lambda: ""), QUICK, lambda _: None)
    assert pool in kubernetes.objects
    assert not any("nodepools" in request for request in kubernetes.requests)


@pytest.mark.usefixtures("auto_mode")
def test_eks_ends_the_load_balancers_of_its_classes(
    environment: Environment, kubernetes: FakeKubernetes
) -> None:
    kubernetes.add(kinds.INGRESS_CLASS, "web", spec={"controller": "eks.amazonaws.com/alb"})
    ingress = kubernetes.add(kinds.INGRESS, "shop", "shop", spec={"ingressClassName": "web"})
    said: list[str] = []
    drain(environment.target, Kubernetes(kubernetes.access, lambda: ""), QUICK, said.append)
    assert ingress not in kubernetes.objects
    assert "Deleting 1 objects with load balancers: Ingress shop/shop" in said
