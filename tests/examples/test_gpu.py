"""The example gpu has nodes with GPUs that pods can request, and arm64 nodes for the rest (L8)."""

import json
from typing import Any

import pytest

from config.derived.accelerators import has_nvidia_gpus
from runner.check.checks.images import Image
from support.environments import environment, example, warned
from support.output import Output
from support.platform import Releases

POOLS = ("platform", "karpenter", "node_pools")


@pytest.fixture(scope="module")
def pools() -> dict[str, Any]:
    resources = Releases(example("gpu")).values("karpenter-resources")["resources"]
    return {
        each["metadata"]["name"]: each["spec"] for each in resources if each["kind"] == "NodePool"
    }


def test_karpenter_launches_as_many_gpus_as_the_pool_allows(pools: dict[str, Any]) -> None:
    assert pools["inference"]["limits"] == {"cpu": "64", "memory": "256Gi", "nvidia.com/gpu": "8"}
    assert "nvidia.com/gpu" not in pools["default"]["limits"]


def test_other_pods_run_on_arm64(pools: dict[str, Any]) -> None:
    architecture = {"key": "kubernetes.io/arch", "operator": "In", "values": ["arm64"]}
    assert architecture in pools["default"]["template"]["spec"]["requirements"]


def test_the_plugin_runs_on_nodes_of_pools_and_of_groups_whatever_their_taint() -> None:
    values = Releases(example("gpu")).values("nvidia-device-plugin")
    required = "requiredDuringSchedulingIgnoredDuringExecution"
    terms = values["affinity"]["nodeAffinity"][required]["nodeSelectorTerms"]
    assert {term["matchExpressions"][0]["key"] for term in terms} == {
        "karpenter.k8s.aws/instance-gpu-manufacturer",
        "nvidia.com/gpu.present",
    }
    assert values["tolerations"] == [{"operator": "Exists"}]


def test_a_group_starts_in_its_capacity_block_with_the_image_that_has_the_driver(
    output: Output,
) -> None:
    stack = output.stack("gpu-cluster")
    group = stack.resources("aws_eks_node_group")["node_group_training"]
    assert (group["ami_type"], group["capacity_type"]) == ("AL2023_x86_64_NVIDIA", "CAPACITY_BLOCK")
    assert group["labels"]["nvidia.com/gpu.present"] == "true"
    template = stack.resources("aws_launch_template")["launch_template_training"]
    assert template["instance_market_options"] == {"market_type": "capacity-block"}
    assert json.dumps(template["capacity_reservation_specification"]).count("cr-0123456789") == 1


def test_the_check_of_an_account_looks_for_the_image_with_the_driver() -> None:
    al2023 = Image("group", "al2023", "1.36.1-20260801", "1.36", "x86_64", nvidia=True)
    assert al2023.parameter.endswith(
        "/x86_64/nvidia/amazon-eks-node-al2023-x86_64-nvidia-1.36-v20260801/image_id"
    )
    bottlerocket = Image("group", "bottlerocket", "v1.58.0", "1.36", "arm64", nvidia=True)
    assert "aws-k8s-1.36-nvidia/arm64" in bottlerocket.parameter


@pytest.mark.parametrize(
    ("name", "gpus"),
    [
        ("g5.xlarge", True),
        ("gr6.4xlarge", True),
        ("p5en.48xlarge", True),
        ("g4ad.xlarge", False),
        ("m7g.large", False),
        ("inf2.xlarge", False),
    ],
)
def test_types_with_gpus_are_known_by_their_names(name: str, gpus: bool) -> None:
    assert has_nvidia_gpus(name) == gpus


def test_a_pool_without_taint_and_limit_is_warned_of() -> None:
    gpu = {"instance_categories": ["g"], "instance_families": ["g5"]}
    settings = {
        "nvidia_device_plugin": {"enabled": True},
        "karpenter": {"node_pools": {"gpu": gpu, "other": {"limits": {"gpus": 1}}}},
    }
    found = warned(platform=settings)
    assert found[*POOLS, "gpu", "limits", "gpus"].startswith("is missing")
    assert found[*POOLS, "gpu", "taints"].startswith("is empty")
    assert found[*POOLS, "other", "limits", "gpus"].startswith("has no effect")


def test_a_plugin_without_nodes_is_warned_of_and_another_one_accepted() -> None:
    plugin = ("platform", "nvidia_device_plugin", "enabled")
    assert plugin in warned(platform={"nvidia_device_plugin": {"enabled": True}})
    gpu = {"instance_categories": ["g"], "instance_families": ["g5"]}
    own = {"nvidia_device_plugin": {"enabled": False}, "karpenter": {"node_pools": {"gpu": gpu}}}
    assert "nvidia-device-plugin" not in {*Releases(environment(platform=own)).names}
