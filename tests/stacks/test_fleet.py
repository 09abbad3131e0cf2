"""A hub whose Argo CD manages several clusters (K3, G6): both sides, as synthesized."""

import json
from pathlib import Path
from typing import Any

import cdktf
import pytest

from backend.access_policies import RemoteStack
from config.derived import fleet, limits
from modules.addons.argo_cd.traffic import traffic
from modules.helm.contract import Context
from rules.load import EXAMPLES, load
from stacks.fleet import FleetStack
from stacks.state import StateStack
from support.output import Output, synthesized_output
from support.regions import CENTRAL, WEST, platform
from tools.bench_inputs import REGIONS, write_platforms

FLEETS = {"regions": (CENTRAL, WEST), "files": ("fleet-hub", "fleet-spoke")}
"""Hub and spoke: in one file with `regions`, and in two files."""

KEYS = {WEST: "euw1", "fleet-spoke": "fleet_spoke"}
"""The spoke's part of ids."""

each_fleet = pytest.mark.parametrize(("hub", "spoke"), FLEETS.values(), ids=FLEETS)


def argo_cd(output: Output, hub: str) -> dict[str, Any]:
    return json.loads(
        output.stack(f"{hub}-platform").resources("helm_release")["argo_cd"]["values"][0]
    )


def objects(output: Output, hub: str) -> dict[str, dict[str, Any]]:
    releases = output.stack(f"{hub}-platform").resources("helm_release")
    values = json.loads(releases["argo_cd_resources"]["values"][0])
    return {each["kind"]: each["spec"] for each in values["resources"]}


@each_fleet
def test_a_spoke_lets_the_hubs_argo_cd_administer_it(output: Output, hub: str, spoke: str) -> None:
    cluster = output.stack(f"{spoke}-cluster")
    role = cluster.resources("aws_iam_role")["argocd_spoke_role"]
    assert role["name"] == f"{spoke}-argocd-spoke"
    [statement] = json.loads(role["assume_role_policy"])["Statement"]
    # A principal that does not exist yet is refused, so that the condition names the roles.
    assert statement["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}
    roles = output.stack(f"{hub}-platform").resources("aws_iam_role").values()
    assert statement["Condition"]["ArnEquals"]["aws:PrincipalArn"] == sorted(
        f"arn:aws:iam::123456789012:role/{each['name']}"
        for each in roles
        if each["name"].startswith(f"{hub}-argocd-")
    )
    assert statement["Action"] == ["sts:AssumeRole", "sts:TagSession"]
    entry = cluster.resources("aws_eks_access_entry")["argocd_spoke_access"]
    assert entry["principal_arn"] == "${aws_iam_role.argocd_spoke_role.arn}"
    policies = cluster.resources("aws_eks_access_policy_association")
    assert policies["argocd_spoke_access_cluster_admin"]["policy_arn"].endswith(
        "/AmazonEKSClusterAdminPolicy"
    )


@each_fleet
def test_the_hub_knows_its_spokes_from_their_states(output: Output, hub: str, spoke: str) -> None:
    cluster = argo_cd(output, hub)["configs"]["clusterCredentials"][spoke]
    outputs = f"data.terraform_remote_state.cluster_{KEYS[spoke]}.outputs"
    assert cluster["server"] == f"${{{outputs}.cluster_endpoint}}"
    config = cluster["config"]
    assert config["tlsClientConfig"]["caData"] == f"${{{outputs}.cluster_certificate_authority}}"
    role = f"arn:aws:iam::123456789012:role/{spoke}-argocd-spoke"
    assert config["awsAuthConfig"] == {"clusterName": spoke, "roleARN": role}
    policies = output.stack(f"{hub}-platform").resources("aws_iam_policy")
    for account in ("argocd_application_controller", "argocd_server"):
        [statement] = json.loads(policies[f"{account}_role_clusters"]["policy"])["Statement"]
        assert statement["Resource"] == role
    access = output.stack(f"{hub}-state").resources("aws_iam_policy")
    assert f"{spoke}/cluster.tfstate" in access["state_access_platform"]["policy"]
    dependencies = output.manifest["stacks"][f"{hub}-platform"]["dependencies"]
    assert f"{spoke}-cluster" in dependencies


@each_fleet
def test_the_hub_deploys_to_all_clusters_and_to_the_primary_last(
    output: Output, hub: str, spoke: str
) -> None:
    values = argo_cd(output, hub)
    clusters = values["configs"]["clusterCredentials"]
    assert {name: each["labels"]["role"] for name, each in clusters.items()} == {
        "in-cluster": "standby",
        spoke: "primary",
    }
    made = objects(output, hub)["ApplicationSet"]
    [generator] = made["generators"]
    wanted = generator["clusters"]["selector"]["matchLabels"]
    assert all(wanted.items() <= each["labels"].items() for each in clusters.values())
    steps = [step["matchExpressions"][0] for step in made["strategy"]["rollingSync"]["steps"]]
    assert [(each["key"], each["operator"], each["values"]) for each in steps] == [
        ("role", "NotIn", ["primary"]),
        ("role", "In", ["primary"]),
    ]
    assert made["template"]["metadata"]["labels"]["role"] == "{{ .metadata.labels.role }}"
    # Without it the controller ignores the steps.
    assert values["configs"]["params"]["applicationsetcontroller.enable.progressive.syncs"] is True
    assert {each["name"] for each in objects(output, hub)["AppProject"]["destinations"]} == set(
        clusters
    )


@each_fleet
def test_a_spoke_keeps_what_it_runs_when_the_hub_is_gone(
    output: Output, hub: str, spoke: str
) -> None:
    made = objects(output, hub)["ApplicationSet"]
    assert made["syncPolicy"] == {"preserveResourcesOnDeletion": True}
    assert "finalizers" not in made["template"]["metadata"]
    # The hub's own load balancers and volumes are released before its add-ons go.
    assert made["templatePatch"].startswith('{{- if eq .name "in-cluster" }}')
    assert (
        output.stack(f"{spoke}-platform")
        .resources("helm_release")
        .keys()
        .isdisjoint({"argo_cd", "argo_cd_resources"})
    )
    assert not [
        name
        for stack, entry in output.manifest["stacks"].items()
        if stack.startswith(spoke)
        for name in entry["dependencies"]
        if name in {f"{hub}-cluster", f"{hub}-platform", f"{hub}-fleet"}
    ]


@each_fleet
def test_the_hub_reaches_the_private_api_of_a_spoke(output: Output, hub: str, spoke: str) -> None:
    made, key = output.stack(f"{hub}-fleet"), KEYS[spoke]
    [connection] = made.resources("aws_vpc_peering_connection").values()
    [accepter] = made.resources("aws_vpc_peering_connection_accepter").values()
    remote = f"data.terraform_remote_state.network_{key}.outputs"
    assert connection["peer_vpc_id"] == f"${{{remote}.vpc_id}}"
    assert (accepter["provider"], accepter["auto_accept"]) == (f"aws.{key}", True)
    blocks = {
        name: output.stack(f"{name}-network").resources("aws_vpc")["vpc"]["cidr_block"]
        for name in (hub, spoke)
    }
    for name, other, state in ((hub, spoke, "network"), (spoke, hub, f"network_{key}")):
        tables = {
            zone: f"${{data.terraform_remote_state.{state}.outputs.private_route_table_ids.{zone}}}"
            for zone in output.stack(f"{name}-network").json["output"]["private_route_table_ids"][
                "value"
            ]
        }
        assert len(tables) > 1
        assert {
            each["route_table_id"]
            for each in made.resources("aws_route").values()
            if each["destination_cidr_block"] == blocks[other]
            and (each.get("provider") == f"aws.{key}") == (name == spoke)
        } == set(tables.values())
    rules = output.stack(f"{spoke}-cluster").resources("aws_vpc_security_group_ingress_rule")
    assert [
        (each["from_port"], each["security_group_id"])
        for each in rules.values()
        if each.get("cidr_ipv4") == blocks[hub]
    ] == [(443, "${aws_security_group.control_plane_security_group.id}")]
    policies = output.stack(f"{hub}-state").resources("aws_iam_policy")
    for name in (hub, spoke):
        assert f"{name}/network.tfstate" in policies["state_access_fleet"]["policy"]
    assert f"{spoke}-network" in output.manifest["stacks"][f"{hub}-fleet"]["dependencies"]


def test_network_policies_let_the_hubs_argo_cd_call_its_spokes() -> None:
    [hub] = load([EXAMPLES / "fleet-hub.yaml"])
    found = {each.name: each for each in traffic(Context(hub, "argocd"))}
    for name in ("controller", "server"):
        assert found[name].aws
        assert ("TCP", 443) in found[name].outside


def test_a_hub_reaches_the_private_apis_of_several_spokes(tmp_path: Path) -> None:
    settings = {
        "network": {"cidr": "10.34.0.0/16"},
        "platform": {"argo_cd": {"enabled": False}},
    }
    third = {"code": "eun1", "settings": settings}
    _, hub, _ = platform(tmp_path, regions={"eu-north-1": third}, routing={"policy": "latency"})
    made = json.loads(cdktf.Testing.synth(FleetStack(cdktf.App(stack_traces=False), hub)))
    connections = made["resource"]["aws_vpc_peering_connection"]
    assert {each["peer_region"] for each in connections.values()} == {"eu-west-1", "eu-north-1"}
    [own] = {each["vpc_id"] for each in connections.values()}
    assert own == "${data.terraform_remote_state.network.outputs.vpc_id}"


def test_a_hub_may_read_the_states_of_nine_spokes_and_no_others(tmp_path: Path) -> None:
    write_platforms(tmp_path, 1, len(REGIONS))
    hub = load([tmp_path])[1]
    spokes = fleet.spokes(hub)
    assert len(spokes) == 9
    elsewhere = {"platform": [RemoteStack(each, "cluster") for each in spokes]}
    stack = StateStack(cdktf.App(stack_traces=False), hub, ("cluster", "platform"), (), elsewhere)
    document = json.loads(cdktf.Testing.synth(stack))
    policy = document["resource"]["aws_iam_policy"]["state_access_platform"]["policy"]
    assert limits.policy_length(policy) <= limits.POLICY_LENGTH
    statements = {each["Sid"]: each for each in json.loads(policy)["Statement"]}
    assert {
        each.rpartition(":")[2].split("/")[1] for each in statements["ReadElsewhere"]["Resource"]
    } == {each.name for each in spokes}
    tables = statements["DigestElsewhere"]["Resource"]
    assert [each.split("/")[1] for each in tables] == [
        f"{each.name}-tfstate-lock" for each in spokes
    ]
    # Aliases say which keys these are, in whichever region.
    condition = statements["DecryptElsewhere"]["Condition"]
    assert condition["ForAnyValue:StringEquals"]["kms:ResourceAliases"] == [
        f"alias/{each.name}-tfstate" for each in spokes
    ]


def test_a_public_api_is_reached_without_peering(tmp_path: Path) -> None:
    public = {"endpoint": {"public": True, "public_access_cidrs": ["203.0.113.0/24"]}}
    made = synthesized_output(tmp_path / "cdktf.out", *platform(tmp_path, cluster=public))
    assert f"{CENTRAL}-fleet" not in made.names
    assert "private_route_table_ids" not in made.stack(f"{WEST}-network").json["output"]


def test_a_hub_or_a_spoke_alone_is_the_same_as_together(output: Output, tmp_path: Path) -> None:
    for name in ("fleet-hub", "fleet-spoke"):
        [alone] = load([EXAMPLES / f"{name}.yaml"])
        made = synthesized_output(tmp_path / name, alone)
        for stack in made.names:
            assert made.stack(stack).json == output.stack(stack).json
