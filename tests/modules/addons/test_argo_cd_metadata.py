"""ApplicationSets know the facts of each cluster by labels and annotations of its Secret (L12)."""

import json
from typing import Any

import pytest
from pydantic import TypeAdapter

from config.types.kubernetes import LabelKey, LabelValue
from modules.addons.argo_cd.addon import ADDON
from modules.addons.argo_cd.metadata import metadata
from modules.addons.catalog import rendered
from rules.load import load
from support.environment_files import Project
from support.environments import environment, example, refused
from support.output import Output
from support.platform_stack import values

ON: dict[str, Any] = {"cluster_metadata": {"enabled": True}}


def clusters(name: str) -> dict[str, Any]:
    return rendered(example(name))["argo-cd"].values["configs"]["clusterCredentials"]


def test_the_cluster_of_argo_cd_has_account_network_domain_and_add_ons(output: Output) -> None:
    release = output.stack("gitops-platform").resources("helm_release")["argo_cd"]
    cluster = json.loads(release["values"][0])["configs"]["clusterCredentials"]["in-cluster"]
    labels, annotations = cluster["labels"], cluster["annotations"]
    assert cluster["server"] == "https://kubernetes.default.svc"
    assert annotations["aws_account_id"] == "123456789012"
    assert annotations["aws_cluster_name"] == "gitops"
    assert annotations["aws_vpc_id"] == "${data.terraform_remote_state.cluster.outputs.vpc_id}"
    assert annotations["domain_name"] == "gitops.example.com"
    assert annotations["shop_repository"] == "https://github.com/example/shop.git"
    assert labels["has_cert_manager"] == "true"
    assert "has_velero" not in labels


def test_arns_of_roles_are_those_of_the_roles_that_are_made(output: Output) -> None:
    annotations = clusters("gitops")["in-cluster"]["annotations"]
    roles = output.stack("gitops-platform").resources("aws_iam_role").values()
    names = {each["name"] for each in roles}
    arns = [arn for key, arn in annotations.items() if "role" in key and arn.startswith("arn:")]
    assert {arn.rpartition("/")[2] for arn in arns} == names
    assert annotations["cert_manager_service_account"] == "cert-manager"
    assert annotations["cert_manager_namespace"] == "cert-manager"


@pytest.mark.parametrize("name", ["gitops", "full", "queue-workers"])
def test_kubernetes_accepts_every_label_and_annotation(name: str) -> None:
    found = metadata(example(name), "cluster")
    TypeAdapter(dict[LabelKey, LabelValue]).validate_python(found["labels"])
    TypeAdapter(dict[LabelKey, str]).validate_python(found["annotations"])


def test_argo_cd_has_no_secret_of_its_own_cluster_by_default() -> None:
    assert values(ADDON)["configs"]["clusterCredentials"] == {}


def test_labels_and_annotations_of_one_s_own_are_beside_the_facts() -> None:
    own = {"labels": {"stage": "test"}, "annotations": {"example.com/owner": "shop"}}
    settings = {"argo_cd": {"cluster_metadata": {"enabled": True, **own}}}
    cluster = values(ADDON, platform=settings)["configs"]["clusterCredentials"]["in-cluster"]
    assert cluster["labels"]["stage"] == "test"
    assert cluster["labels"]["region"] == "eu-west-1"
    assert cluster["annotations"]["example.com/owner"] == "shop"


def test_a_hub_has_the_facts_of_each_cluster_of_its_fleet(project: Project) -> None:
    file = project.write(
        "hub.yaml",
        "extends: good.yaml\nname: hub\nnetwork: {cidr: 10.60.0.0/16}\n"
        "fleet: {spokes: [spoke]}\n"
        "platform: {argo_cd: {cluster_metadata: {enabled: true}}}\n",
    )
    project.write(
        "spoke.yaml",
        "extends: good.yaml\nname: spoke\nregion: eu-central-1\nnetwork: {cidr: 10.61.0.0/16}\n"
        "fleet: {hub: hub, labels: {stage: prod}}\n"
        "platform: {argo_cd: {enabled: false, cluster_metadata: {annotations: {owner: shop}}}}\n",
    )
    [hub] = load([file])
    found = rendered(hub)["argo-cd"].values["configs"]["clusterCredentials"]
    assert set(found) == {"in-cluster", "spoke"}
    labels, annotations = found["spoke"]["labels"], found["spoke"]["annotations"]
    assert (labels["region"], labels["stage"], labels["fleet"]) == ("eu-central-1", "prod", "hub")
    assert "has_argo_cd" not in labels
    assert "has_argo_cd" in found["in-cluster"]["labels"]
    assert annotations["aws_cluster_name"] == "spoke"
    assert annotations["aws_vpc_id"] == "fleet.spoke.cluster.vpc_id"
    assert annotations["owner"] == "shop"
    assert found["in-cluster"]["annotations"]["aws_vpc_id"].startswith("vpc-")


def test_without_argo_cd_the_setting_is_refused() -> None:
    path = ("platform", "argo_cd", "cluster_metadata", "enabled")
    assert path in refused(platform={"argo_cd": {"enabled": False, **ON}})
    assert environment(platform={"argo_cd": ON}).platform.argo_cd.cluster_metadata.enabled
