"""The edge stack as a whole: what it reads, what it tells, and what changes it."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.edge import WITH_DOMAIN, EdgeOutput, edge
from support.environments import environment
from support.output import Output, synthesized_output

CONTRACT = {
    "load_balancer_arn",
    "load_balancer_dns_name",
    "load_balancer_zone_id",
    "load_balancer_security_group_id",
    "target_group_arns",
}
"""The outputs that later stacks and people read."""

EVERYTHING = {
    **WITH_DOMAIN,
    "waf": {"enabled": True},
    "inspection": {
        "enabled": True,
        "subnets": {"a": "10.0.31.0/28", "b": "10.0.31.16/28", "c": "10.0.31.32/28"},
        "routes": True,
    },
}


def test_it_reads_the_networks_state_and_nothing_else() -> None:
    data = edge(**EVERYTHING).json["data"]
    assert set(data) == {"terraform_remote_state"}
    assert set(data["terraform_remote_state"]) == {"network"}


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_it_comes_between_network_and_platform(output: Output, name: str) -> None:
    stacks = output.manifest["stacks"]
    assert stacks[f"{name}-edge"]["dependencies"] == [f"{name}-network"]
    assert f"{name}-edge" in stacks[f"{name}-platform"]["dependencies"]


def test_its_inputs_are_outputs_of_the_network(output: Output) -> None:
    def inputs(**settings: Any) -> set[str]:
        text = json.dumps(edge(**settings).json["resource"])
        marker = "data.terraform_remote_state.network.outputs."
        return {part.split("}")[0].split(".")[0] for part in text.split(marker)[1:]}

    plain = inputs(**{**EVERYTHING, "inspection": {}})
    assert plain == {"vpc_id", "public_subnet_ids"}
    assert plain <= set(output.stack("prod-network").json["output"])
    added = inputs(**EVERYTHING) - plain
    assert added == {"private_subnet_ids", "internet_gateway_id", "public_route_table_ids"}
    assert added <= set(output.stack("inspection-network").json["output"])


def test_its_outputs_are_a_contract() -> None:
    outputs = edge().json["output"]
    assert set(outputs) == CONTRACT
    assert set(edge(**WITH_DOMAIN).json["output"]) == CONTRACT | {"certificate_arn"}
    assert all(output["description"] for output in outputs.values())


def test_disabled_it_is_empty_so_that_an_apply_removes_its_resources() -> None:
    made = edge(enabled=False).json
    assert not {"resource", "data", "output"} & set(made)
    assert made["terraform"]["backend"]["s3"]["key"] == "test/edge.tfstate"


def test_disabled_no_stack_refers_to_it_and_before_that_only_the_platform_does(
    output: Output, tmp_path: Path
) -> None:
    disabled = synthesized_output(tmp_path, environment(name="prod", edge={"enabled": False}))

    def users(made: Output) -> list[str]:
        names = [name for name in made.manifest["stacks"] if name.startswith("prod-")]
        return [
            name for name in names if "load_balancer_security_group_id" in made.stack(name).text
        ]

    assert users(output) == ["prod-edge", "prod-platform"]
    assert users(disabled) == []


def test_another_zone_changes_the_load_balancers_subnets_and_nothing_else() -> None:
    two, three = edge("ab", **WITH_DOMAIN).bodies, edge("abc", **WITH_DOMAIN).bodies
    assert set(two) == set(three)
    changed = {address for address in two if three[address] != two[address]}
    assert changed == {"aws_lb.load_balancer"}
    old, new = two["aws_lb.load_balancer"], three["aws_lb.load_balancer"]
    assert {key for key in old if old[key] != new[key]} == {"subnets"}


def test_the_order_of_zones_in_the_file_changes_nothing() -> None:
    assert edge("abc").json == edge("cab").json


def test_ids_are_unique_across_resource_types() -> None:
    made = edge(**EVERYTHING).json
    ids = [id_ for of_type in made["resource"].values() for id_ in of_type]
    assert len(ids) == len(set(ids))


def test_no_name_of_one_environment_is_one_of_the_other() -> None:
    def names(name: str) -> set[str]:
        bodies = EdgeOutput(environment(name=name, edge=EVERYTHING)).bodies
        keys = ("name", "bucket")
        own = {a: b for a, b in bodies.items() if not a.startswith("aws_route53_record.")}
        return {
            f"{address.split('.')[0]}/{body[key]}"
            for address, body in own.items()
            for key in keys
            if isinstance(body.get(key), str) and "${" not in body[key]
        }

    assert len(names("dev")) > 8
    assert names("dev").isdisjoint(names("prod"))
