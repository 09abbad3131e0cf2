"""The cluster stack as a whole: what it reads, what it tells, and what changes it."""

import json

import pytest

from config.environment import Environment
from support.cluster import Cluster, cluster
from support.environments import environment, example
from support.output import Output

ALLOWED_DATA = {"terraform_remote_state"}
"""Nothing else is looked up: not the caller, not the newest of anything."""

CONTRACT = {
    "cluster_name",
    "cluster_arn",
    "cluster_endpoint",
    "cluster_certificate_authority",
    "cluster_version",
    "service_cidr",
    "vpc_id",
    "identity_mode",
    "node_role_name",
    "control_plane_security_group_id",
    "node_security_group_id",
    "file_system_security_group_id",
    "efs_file_system_id",
    "karpenter_node_role_name",
    "karpenter_queue_name",
}
"""The outputs that the platform stack reads."""


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_it_and_the_edge_are_independent(output: Output, name: str) -> None:
    for stack in ("cluster", "edge"):
        dependencies = output.manifest["stacks"][f"{name}-{stack}"]["dependencies"]
        assert dependencies == [f"{name}-network"]


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_it_reads_the_state_of_the_network_and_nothing_else(output: Output, name: str) -> None:
    data = output.stack(f"{name}-cluster").json["data"]
    assert set(data) == ALLOWED_DATA
    states = data["terraform_remote_state"]
    assert set(states) == {"network"}
    for upstream, state in states.items():
        assert state["backend"] == "s3"
        assert state["config"]["key"] == f"{name}/{upstream}.tfstate"
        assert state["config"]["bucket"] == f"{name}-tfstate-123456789012-eu-west-1"


def test_its_inputs_are_outputs_of_the_network(output: Output) -> None:
    told = set(output.stack("prod-network").json["output"])
    text = output.stack("prod-cluster").text
    marker = "data.terraform_remote_state.network.outputs."
    read = {part.split("}")[0].split(".")[0] for part in text.split(marker)[1:]}
    assert read == {"vpc_id", "private_subnet_ids", "control_plane_subnet_ids"}
    assert read <= told


def test_nothing_in_any_stack_depends_on_who_runs_terraform(output: Output) -> None:
    for name in output.names:
        stack = output.stack(name)
        # The platform finds its cluster by name, a replication asks whether its destination is
        # protected, and an existing VPC is compared with the file; everything else comes from
        # states.
        asked = {
            "platform": {"aws_eks_cluster"},
            "data": {"aws_efs_file_system"},
            "network": {"aws_vpc", "aws_subnet", "aws_route_table", "aws_route_tables"},
        }
        allowed = ALLOWED_DATA | asked.get(name.rpartition("-")[2], set())
        assert set(stack.json.get("data", {})) <= allowed, name
        assert "caller_identity" not in stack.text, name
        assert "session_context" not in stack.text, name


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_its_outputs_are_a_contract(output: Output, name: str) -> None:
    outputs = output.stack(f"{name}-cluster").json["output"]
    assert set(outputs) == CONTRACT
    for key, told in outputs.items():
        assert told["description"], key


def test_with_irsa_it_also_outputs_the_oidc_provider() -> None:
    outputs = cluster(identity="irsa").json["output"]
    assert set(outputs) - CONTRACT == {"oidc_provider_arn", "oidc_issuer"}


def test_without_karpenter_and_file_system_their_outputs_are_missing() -> None:
    made = cluster(autoscaler="none", efs={"enabled": False})
    missing = {key for key in CONTRACT if key.startswith(("karpenter", "efs", "file_system"))}
    assert set(made.json["output"]) == CONTRACT - missing
    assert not [address for address in made.bodies if "karpenter" in address]


def test_environments_differ_only_in_zones_logs_and_the_role_for_shared_files(
    output: Output,
) -> None:
    dev, prod = (set(output.stack(f"{name}-cluster").addresses) for name in ("dev", "prod"))
    # Dev keeps its containers' logs in CloudWatch, prod in Elasticsearch.
    assert {address for address in dev - prod if ".container_logs_" not in address} == set()
    assert prod - dev == {
        "aws_efs_mount_target.efs_mount_target_c",
        "aws_iam_role.efs_mount_role",
        "aws_eks_pod_identity_association.efs_mount_role_association",
    }


def test_no_name_of_one_environment_is_one_of_the_other(output: Output) -> None:
    def names(environment_name: str) -> set[str]:
        return {
            f"{type_}/{body['name']}"
            for type_, _, body in output.stack(f"{environment_name}-cluster")
            # The name of an inline policy is one within its role.
            if isinstance(body.get("name"), str) and type_ != "aws_iam_role_policy"
        }

    assert len(names("prod")) > 20
    assert names("dev").isdisjoint(names("prod"))


def with_zones(*zones: str) -> Cluster:
    return Cluster(environment(network={"availability_zones": list(zones)}))


def test_another_zone_changes_no_resource_of_existing_zones() -> None:
    """The cluster takes the new subnet in place; node groups over all zones get a successor."""
    two, three = with_zones("a", "b").bodies, with_zones("a", "b", "c").bodies
    changed = {address for address in two if three.get(address) != two[address]}
    assert changed == {"aws_eks_cluster.cluster", "aws_eks_node_group.node_group_system"}
    assert set(three) - set(two) == {"aws_efs_mount_target.efs_mount_target_c"}


def test_the_order_of_zones_in_the_file_changes_nothing() -> None:
    assert with_zones("a", "b", "c").json == with_zones("c", "a", "b").json


def older(settings: Environment) -> Environment:
    """The environment with what newer providers brought switched off by its own settings."""
    changed = settings.cluster.model_copy(update={"deletion_protection": None})
    return settings.model_copy(update={"cluster": changed})


def test_for_an_older_provider_prod_lacks_exactly_the_newer_arguments() -> None:
    prod = example("prod")
    new, old = Cluster(prod).json, Cluster(older(prod)).json
    cluster, key = (new["resource"][type_] for type_ in ("aws_eks_cluster", "aws_kms_key"))
    assert cluster["cluster"].pop("deletion_protection") is True
    # With it Terraform protects the cluster and its key too.
    assert cluster["cluster"]["lifecycle"].pop("prevent_destroy") is True
    assert key["cluster_key"].pop("lifecycle") == {"prevent_destroy": True}
    assert new["terraform"].pop("required_providers") != old["terraform"].pop("required_providers")
    assert new == old


def test_every_reference_has_a_target() -> None:
    made = cluster(
        identity="irsa",
        node_groups={"batch": {"zones": ["a"]}},
        access=[{"principal": "arn:aws:iam::123456789012:role/dev", "groups": ["dev"]}],
    )
    text = json.dumps(made.json["resource"])
    for type_ in made.json["resource"]:
        for part in text.split(f"${{{type_}.")[1:]:
            assert part.split(".")[0] in made.of(type_)


def test_ids_are_unique_across_resource_types() -> None:
    ids = [id_ for of_type in cluster().json["resource"].values() for id_ in of_type]
    assert len(ids) == len(set(ids))
