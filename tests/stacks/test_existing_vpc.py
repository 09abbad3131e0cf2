"""An environment in a VPC that others made: nothing of the VPC is a resource (L1)."""

import json
from pathlib import Path
from typing import Any, Final

from config.derived.front_doors import public
from config.environment import Environment
from modules.addons.catalog import rendered
from modules.addons.ingress.controller import trusted_addresses
from modules.helm.network_peers import control_plane, nodes, outside
from rules.between_environments import vpc_addresses_differ
from support.environments import environment, example, warned
from support.output import Output, Stack, synthesized_output

EXISTING: Final[dict[str, Any]] = {
    "vpc_id": "vpc-0a1b2c3d4e5f60001",
    "cidrs": ["10.40.0.0/16"],
    "public": {
        "a": {"id": "subnet-0a1b2c3d4e5f60010", "cidr": "10.40.0.0/24"},
        "b": {"id": "subnet-0a1b2c3d4e5f60011", "cidr": "10.40.1.0/24"},
    },
    "private": {
        "a": {"id": "subnet-0a1b2c3d4e5f60020", "cidr": "10.40.16.0/20"},
        "b": {"id": "subnet-0a1b2c3d4e5f60021", "cidr": "10.40.32.0/20"},
    },
}

PRIVATE: Final = [each["id"] for each in EXISTING["private"].values()]


def in_vpc(network: dict[str, Any] | None = None, **existing: Any) -> Environment:
    """An environment with no subnets of pods and of the control plane, but for what is set."""
    own = {"availability_zones": ["a", "b"], "existing": EXISTING | existing}
    balancers = {"aws_load_balancer_controller": {"ingresses": True}}
    return environment(network=own | (network or {}), platform=balancers)


def network_stack(path: Path, settings: Environment) -> Stack:
    return synthesized_output(path, settings).stack("test-network")


def node_class(settings: Environment) -> dict[str, Any]:
    made = rendered(settings)["karpenter-resources"].manifests
    return next(each["spec"] for each in made if each["kind"] == "EC2NodeClass")


def test_the_network_stack_owns_nothing_in_the_vpc_but_the_db_subnet_group(output: Output) -> None:
    stack = output.stack("existing-vpc-network")
    assert stack.addresses == {"aws_db_subnet_group.database_subnet_group"}


def test_later_stacks_read_the_same_outputs_as_of_a_vpc_that_is_made(output: Output) -> None:
    own, existing = output.stack("dev-network"), output.stack("existing-vpc-network")
    assert set(existing.json["output"]) == set(own.json["output"])
    subnets = existing.json["output"]["pods_subnet_ids"]["value"]
    assert subnets == {zone: f"${{data.aws_subnet.pods_{zone}.id}}" for zone in "ab"}
    assert existing.json["output"]["vpc_id"]["value"] == "${data.aws_vpc.vpc.id}"


def test_without_subnets_of_their_own_control_plane_and_pods_have_private_ones(
    tmp_path: Path,
) -> None:
    outputs = network_stack(tmp_path, in_vpc()).json["output"]
    private = {zone: f"${{data.aws_subnet.private_{zone}.id}}" for zone in "ab"}
    for tier in ("private", "control_plane", "pods"):
        assert outputs[f"{tier}_subnet_ids"]["value"] == private
    assert "database_subnet_group" not in outputs


def test_what_needs_tags_elsewhere_has_ids(output: Output) -> None:
    existing = example("existing-vpc").network.existing
    assert existing is not None
    assert node_class(example("existing-vpc"))["subnetSelectorTerms"] == [
        {"id": existing.private[zone].id} for zone in "ab"
    ]
    addon = output.stack("existing-vpc-cluster").resources("aws_eks_addon")["vpc_cni"]
    values = json.loads(addon["configuration_values"])
    assert values["env"]["ENABLE_SUBNET_DISCOVERY"] == "false"
    assert values["env"]["AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG"] == "true"
    assert values["eniConfig"]["subnets"] == {
        f"eu-west-1{zone}": {"id": existing.pods[zone].id} for zone in "ab"
    }
    params = rendered(in_vpc())["aws-load-balancer-controller"].values["ingressClassParams"]
    assert params["spec"] == {"scheme": "internal", "subnets": {"ids": PRIVATE}}


def test_subnets_are_tagged_for_load_balancers_on_request_only(tmp_path: Path) -> None:
    settings = in_vpc(tag_subnets=True)
    tags = network_stack(tmp_path, settings).resources("aws_ec2_tag")
    assert {(tag["resource_id"], tag["key"]) for tag in tags.values()} == {
        (f"${{data.aws_subnet.{tier}_{zone}.id}}", f"kubernetes.io/role/{role}")
        for tier, role in (("public", "elb"), ("private", "internal-elb"))
        for zone in "ab"
    }
    params = rendered(settings)["aws-load-balancer-controller"].values["ingressClassParams"]
    assert "spec" not in params


def test_endpoints_and_flow_logs_are_made_where_the_file_asks_for_them(tmp_path: Path) -> None:
    asked = {"flow_logs": {"enabled": True}, "additional_interface_endpoints": ["sns"]}
    stack = network_stack(tmp_path, in_vpc(asked))
    assert set(stack.resources("aws_vpc_endpoint")) == {"sns_endpoint"}
    of_subnets = stack.resources("aws_vpc_endpoint_subnet_association").values()
    assert {each["subnet_id"] for each in of_subnets} == {
        f"${{data.aws_subnet.private_{zone}.id}}" for zone in "ab"
    }
    assert stack.resources("aws_flow_log")["flow_log"]["vpc_id"] == "${data.aws_vpc.vpc.id}"


def test_routes_are_not_read_where_the_file_says_so(tmp_path: Path) -> None:
    stack = network_stack(tmp_path, in_vpc(check_routes=False))
    assert set(stack.json["data"]) == {"aws_subnet", "aws_vpc"}


def test_without_internet_access_nodes_are_like_those_of_a_private_cluster() -> None:
    settings = in_vpc(internet_access=False)
    assert "instanceProfile" in node_class(settings)
    assert rendered(settings)["karpenter"].values["settings"]["isolatedVPC"] is True


def test_network_policies_name_the_blocks_of_existing_subnets() -> None:
    def blocks(peers: list[dict[str, Any]]) -> list[str]:
        return [each["ipBlock"]["cidr"] for each in peers]

    settings = example("existing-vpc")
    assert blocks(control_plane(settings)) == ["10.40.2.0/28", "10.40.2.16/28"]
    assert blocks(nodes(settings)) == ["10.40.16.0/22", "10.40.20.0/22"]
    assert {"100.66.0.0/18", "100.66.64.0/18"} <= set(outside(settings)["ipBlock"]["except"])
    assert trusted_addresses(public(settings)) == ["10.40.0.0/24", "10.40.1.0/24"]
    shared = in_vpc()
    assert blocks(control_plane(shared)) == blocks(nodes(shared))


def test_shared_subnets_for_pods_and_control_plane_are_warned_of() -> None:
    found = warned(network={"availability_zones": ["a", "b"], "existing": EXISTING})
    for tier in ("pods", "control_plane"):
        assert "addresses of the private subnets" in found["network", "existing", tier]


def test_environments_in_one_existing_vpc_have_addresses_in_common() -> None:
    one = in_vpc()
    other = environment(name="other", network={"cidr": "10.40.0.0/16"})
    assert list(vpc_addresses_differ(one, one.model_copy(update={"name": "two"}), "two.yaml")) == []
    found = list(vpc_addresses_differ(one, other, "other.yaml"))
    assert [each.path for each in found] == [("network", "existing", "cidrs", 0)]
