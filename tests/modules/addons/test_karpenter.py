"""Karpenter (E2, E3, C10, K4): controller, node pools and node classes."""

from typing import Any

import pytest

from config import versions
from modules.addons.catalog import rendered
from modules.addons.karpenter.resources import ami_alias
from modules.helm.contract import Manifest
from support.environments import environment
from support.platform import Releases


def objects(karpenter: dict[str, Any] | None = None, **settings: Any) -> dict[str, Manifest]:
    """Node pools and node classes by kind and name."""
    made = rendered(environment(platform={"karpenter": karpenter or {}}, **settings))
    return {
        f"{item['kind']}/{item['metadata']['name']}": item
        for item in made["karpenter-resources"].manifests
    }


def pool(**settings: Any) -> dict[str, Any]:
    return objects({"node_pools": {"default": settings}})["NodePool/default"]["spec"]


def node_class(**settings: Any) -> dict[str, Any]:
    return objects({"node_classes": {"default": settings}})["EC2NodeClass/default"]["spec"]


def choices(spec: dict[str, Any]) -> dict[str, list[str]]:
    return {r["key"]: r["values"] for r in spec["template"]["spec"]["requirements"]}


def test_crds_and_controller_have_the_same_version() -> None:
    for settings in ({}, {"version": "1.13.0"}):
        made = rendered(environment(platform={"karpenter": settings}))
        assert made["karpenter"].version == made["karpenter-crd"].version
    assert made["karpenter"].version == "1.13.0"


def test_the_controllers_release_skips_the_crds() -> None:
    made = Releases(environment())
    assert made.release("karpenter")["skip_crds"] is True


def test_the_controller_runs_on_the_system_nodes() -> None:
    values = rendered(environment())["karpenter"].values
    assert values["nodeSelector"] == {"node-group": "system"}
    assert values["tolerations"] == [{"key": "CriticalAddonsOnly", "operator": "Exists"}]
    assert values["replicas"] == 2
    assert values["topologySpreadConstraints"][0]["topologyKey"] == "topology.kubernetes.io/zone"
    assert values["controller"]["resources"]["requests"]["memory"] == "1Gi"


def test_the_controller_needs_no_cluster_dns() -> None:
    assert rendered(environment())["karpenter"].values["dnsPolicy"] == "Default"


def test_the_controller_reads_the_queue_that_the_cluster_stack_made() -> None:
    settings = rendered(environment(name="prod"))["karpenter"].values["settings"]
    assert settings["clusterName"] == "prod"
    assert settings["interruptionQueue"] == "Karpenter-prod"


def test_karpenter_counts_no_pods_on_the_first_interface_of_a_node() -> None:
    """It is in a private subnet, of which the VPC CNI gives pods no address."""
    settings = rendered(environment())["karpenter"].values["settings"]
    assert settings["reservedENIs"] == "1"


@pytest.mark.parametrize(("nat", "isolated"), [("per_az", False), ("none", True)])
def test_prices_are_queried_only_with_internet_access(nat: str, isolated: bool) -> None:
    made = rendered(environment(network={"nat": nat}))
    assert made["karpenter"].values["settings"]["isolatedVPC"] is isolated


def test_irsa_names_the_role_that_the_cluster_stack_made() -> None:
    values = rendered(environment(cluster={"identity": "irsa"}))["karpenter"].values
    assert values["serviceAccount"]["annotations"] == {
        "eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/KarpenterController-test"
    }


def test_the_default_pool_has_spot_and_on_demand_in_several_families_and_sizes() -> None:
    spec = pool()
    found = choices(spec)
    assert found["karpenter.sh/capacity-type"] == ["spot", "on-demand"]
    assert len(found["karpenter.k8s.aws/instance-category"]) >= 3
    assert len(found["karpenter.k8s.aws/instance-size"]) >= 3
    assert found["kubernetes.io/os"] == ["linux"]
    assert spec["disruption"]["budgets"] == [{"nodes": "10%"}]
    assert spec["limits"] == {"cpu": "1000", "memory": "4000Gi"}
    assert spec["template"]["spec"]["expireAfter"] == "720h"


def test_architectures_can_be_configured() -> None:
    assert choices(pool(architectures=["arm64", "amd64"]))["kubernetes.io/arch"] == [
        "arm64",
        "amd64",
    ]


def test_instance_types_replace_categories_and_families() -> None:
    found = choices(pool(instance_types=["m7g.large", "m7g.xlarge"]))
    assert found["node.kubernetes.io/instance-type"] == ["m7g.large", "m7g.xlarge"]
    assert not [key for key in found if key.startswith("karpenter.k8s.aws/instance-")]


def test_zones_are_named_as_nodes_are_labelled() -> None:
    assert choices(pool(zones=["b", "a"]))["topology.kubernetes.io/zone"] == [
        "eu-west-1a",
        "eu-west-1b",
    ]


def test_all_settings_of_a_pool_are_rendered() -> None:
    spec = pool(
        labels={"workload": "batch"},
        taints=[{"key": "batch", "effect": "NoSchedule"}],
        startup_taints=[{"key": "agent", "value": "starting", "effect": "NoExecute"}],
        weight=10,
        expire_after="Never",
        termination_grace_period="1h",
        consolidation_policy="WhenEmpty",
        consolidate_after="5m",
        requirements=[
            {"key": "karpenter.k8s.aws/instance-cpu", "operator": "Lt", "values": ["33"]},
            {"key": "karpenter.k8s.aws/instance-local-nvme", "operator": "Exists"},
            {
                "key": "karpenter.k8s.aws/instance-hypervisor",
                "operator": "In",
                "values": ["nitro"],
                "min_values": 1,
            },
        ],
        budgets=[
            {"nodes": "0", "schedule": "0 9 * * mon-fri", "duration": "8h", "reasons": ["Drifted"]}
        ],
    )
    template = spec["template"]["spec"]
    assert spec["template"]["metadata"]["labels"] == {"workload": "batch"}
    assert template["taints"] == [{"key": "batch", "effect": "NoSchedule"}]
    assert template["startupTaints"] == [
        {"key": "agent", "value": "starting", "effect": "NoExecute"}
    ]
    assert template["terminationGracePeriod"] == "1h"
    assert template["expireAfter"] == "Never"
    assert spec["weight"] == 10
    assert spec["disruption"] == {
        "consolidationPolicy": "WhenEmpty",
        "consolidateAfter": "5m",
        "budgets": [
            {"nodes": "0", "schedule": "0 9 * * mon-fri", "duration": "8h", "reasons": ["Drifted"]}
        ],
    }
    assert template["requirements"][-3:] == [
        {"key": "karpenter.k8s.aws/instance-cpu", "operator": "Lt", "values": ["33"]},
        {"key": "karpenter.k8s.aws/instance-local-nvme", "operator": "Exists"},
        {
            "key": "karpenter.k8s.aws/instance-hypervisor",
            "operator": "In",
            "values": ["nitro"],
            "minValues": 1,
        },
    ]


@pytest.mark.parametrize("minor", versions.minors())
@pytest.mark.parametrize("family", ["al2023", "bottlerocket"])
def test_the_ami_is_pinned_by_the_version_table(minor: str, family: str) -> None:
    settings = environment(
        cluster={"version": minor}, platform={"karpenter": {"node_classes": {"a": {"ami": family}}}}
    )
    alias = ami_alias(settings, settings.platform.karpenter.classes["a"])
    name, _, version = alias.partition("@")
    assert name == family
    assert version[1:] in versions.ami(family, minor)
    assert len(alias) <= 30
    assert "latest" not in alias


def test_a_custom_ami_version_replaces_it() -> None:
    spec = node_class(ami_version="v20260715")
    assert spec["amiSelectorTerms"] == [{"alias": "al2023@v20260715"}]


def test_volumes_are_encrypted_and_pods_cannot_reach_instance_metadata() -> None:
    spec = node_class()
    [mapping] = spec["blockDeviceMappings"]
    assert mapping["deviceName"] == "/dev/xvda"
    assert mapping["ebs"]["encrypted"] is True
    assert mapping["ebs"]["volumeType"] == "gp3"
    assert spec["metadataOptions"]["httpPutResponseHopLimit"] == 1
    assert spec["metadataOptions"]["httpTokens"] == "required"


def test_bottlerockets_second_volume_is_the_one_with_the_images() -> None:
    [mapping] = node_class(ami="bottlerocket")["blockDeviceMappings"]
    assert mapping["deviceName"] == "/dev/xvdb"


def test_a_volume_can_have_its_own_key_and_throughput() -> None:
    key = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
    [mapping] = node_class(
        volume_gib=100, volume_iops=6000, volume_throughput=250, volume_kms_key=key
    )["blockDeviceMappings"]
    assert mapping["ebs"] == {
        "volumeSize": "100Gi",
        "volumeType": "gp3",
        "encrypted": True,
        "deleteOnTermination": True,
        "iops": 6000,
        "throughput": 250,
        "kmsKeyID": key,
    }


def test_instance_store_is_used_where_configured() -> None:
    assert "instanceStorePolicy" not in node_class()
    assert node_class(instance_store_policy="RAID0")["instanceStorePolicy"] == "RAID0"


def test_reserved_capacity_is_found_by_id_or_tags() -> None:
    spec = node_class(
        capacity_reservations=[{"id": "cr-0123456789abcdef0"}, {"tags": {"team": "ml"}}]
    )
    assert spec["capacityReservationSelectorTerms"] == [
        {"id": "cr-0123456789abcdef0"},
        {"tags": {"team": "ml"}},
    ]


def test_instances_use_our_subnets_security_group_and_role() -> None:
    made = objects(name="prod")["EC2NodeClass/default"]["spec"]
    assert made["subnetSelectorTerms"] == [{"tags": {"karpenter.sh/discovery": "prod"}}]
    assert made["securityGroupSelectorTerms"] == [{"id": "sg-0123456789abcdef0"}]
    assert made["role"] == "KarpenterNodeRole-prod"


def test_without_nat_the_instance_profile_is_that_of_the_cluster_stack() -> None:
    """Karpenter cannot make one: IAM has no VPC endpoint."""
    made = objects(name="prod", network={"nat": "none"})["EC2NodeClass/default"]["spec"]
    assert made["instanceProfile"] == "KarpenterNodeInstanceProfile-prod"
    assert "role" not in made


def test_instances_have_the_environments_tags_and_their_own() -> None:
    made = objects(
        {"node_classes": {"default": {"tags": {"team": "ml"}}}}, tags={"cost-center": "7"}
    )
    tags = made["EC2NodeClass/default"]["spec"]["tags"]
    assert tags == {
        "cost-center": "7",
        "team": "ml",
        "environment": "test",
        "managed-by": "eks-platform",
    }


def test_nodes_of_the_former_minor_stay_while_nodes_follow_the_control_plane_later() -> None:
    def budgets(nodes: str) -> list[dict[str, Any]]:
        made = objects(cluster={"upgrade": {"nodes": nodes}})["NodePool/default"]
        return made["spec"]["disruption"]["budgets"]

    kept = {"nodes": "0", "reasons": ["Drifted"]}
    assert budgets("after") == [*budgets("together"), kept]
    assert kept not in budgets("together")


def test_node_classes_precede_pools_and_both_are_sorted() -> None:
    made = objects(
        {
            "node_pools": {"b": {"node_class": "y"}, "a": {"node_class": "x"}},
            "node_classes": {"y": {}, "x": {}},
        }
    )
    classes = ["EC2NodeClass/default", "EC2NodeClass/x", "EC2NodeClass/y"]
    assert list(made) == [*classes, "NodePool/a", "NodePool/b", "NodePool/default"]


def test_the_default_pool_can_be_left_out() -> None:
    made = objects({"default_node_pool": False, "node_pools": {"own": {}}})
    assert list(made) == ["EC2NodeClass/default", "NodePool/own"]


def test_a_destroy_waits_until_the_instances_are_terminated() -> None:
    release = Releases(environment()).release("karpenter-resources")
    assert release["wait"] is True
    assert release["timeout"] == 1800
