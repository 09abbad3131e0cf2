"""How files extend each other: what is inherited, replaced and removed."""

import pytest

from config.environment import Environment
from rules.load import load
from support.environment_files import Project

BASE = """\
account: "123456789012"
region: eu-west-1
admins:
  - arn:aws:iam::123456789012:role/admin
  - arn:aws:iam::123456789012:user/operator
edge: {plain_http: true}
tags: {team: platform, owner: base}
network:
  availability_zones: [a, b, c]
  nat: single
  flow_logs:
    traffic: REJECT
    retention_days: 30
  private_subnets:
    cidrs: {a: 10.0.50.0/24, b: 10.0.51.0/24}
"""


def merged(project: Project, child: str, base: str = BASE) -> Environment:
    project.write("base.yaml", base)
    project.write("dev.yaml", f"extends: base.yaml\nname: dev\n{child}")
    (environment,) = load(["dev.yaml"])
    return environment


def test_settings_that_the_child_lacks_are_inherited(project: Project) -> None:
    environment = merged(project, "")

    assert environment.region == "eu-west-1"
    assert environment.tags == {"team": "platform", "owner": "base"}
    assert environment.network.flow_logs.traffic == "REJECT"


def test_mappings_merge_key_by_key_at_every_depth(project: Project) -> None:
    environment = merged(
        project,
        "tags: {owner: child, cost: dev}\nnetwork:\n  flow_logs: {retention_days: 7}\n",
    )

    assert environment.tags == {"team": "platform", "owner": "child", "cost": "dev"}
    assert environment.network.nat == "single"
    assert environment.network.flow_logs.traffic == "REJECT"
    assert environment.network.flow_logs.retention_days == 7


def test_mappings_keyed_by_the_user_merge_too(project: Project) -> None:
    environment = merged(
        project, "network: {private_subnets: {cidrs: {b: 10.0.60.0/24, c: 10.0.61.0/24}}}\n"
    )

    blocks = {zone: str(cidr) for zone, cidr in environment.network.private_subnets.cidrs.items()}
    assert blocks == {"a": "10.0.50.0/24", "b": "10.0.60.0/24", "c": "10.0.61.0/24"}


def test_lists_and_single_values_replace(project: Project) -> None:
    environment = merged(
        project,
        "admins: [arn:aws:iam::123456789012:role/other]\n"
        "network: {nat: per_az, availability_zones: [b, a]}\n",
        BASE.replace("b: 10.0.51.0/24", ""),
    )

    assert environment.admins == ["arn:aws:iam::123456789012:role/other"]
    assert environment.network.nat == "per_az"
    assert environment.network.availability_zones == ["b", "a"]


@pytest.mark.parametrize("null", ["", "~", "null"])
def test_null_brings_the_default_back(project: Project, null: str) -> None:
    environment = merged(project, f"network:\n  nat: {null}\n  flow_logs: {null}\n")

    assert environment.network.nat == "per_az"
    assert environment.network.flow_logs.traffic == "ALL"
    assert environment.network.availability_zones == ["a", "b", "c"]


def test_null_removes_an_inherited_entry(project: Project) -> None:
    assert merged(project, "tags: {owner: }\n").tags == {"team": "platform"}


def test_null_where_nothing_is_inherited_is_the_default(project: Project) -> None:
    environment = merged(project, "network:\nstate:\n  lock:\n", BASE.split("tags:", maxsplit=1)[0])

    assert environment.network == Environment.model_fields["network"].default
    assert environment.state.lock == "dynamodb"


def test_the_child_may_set_again_what_the_middle_removed(project: Project) -> None:
    project.write("base.yaml", BASE)
    project.write("middle.yaml", "extends: base.yaml\nnetwork: {nat: null, flow_logs: null}\n")
    project.write(
        "dev.yaml", "extends: middle.yaml\nname: dev\nnetwork: {flow_logs: {enabled: false}}\n"
    )

    (environment,) = load(["dev.yaml"])

    assert environment.network.nat == "per_az"
    assert environment.network.flow_logs.enabled is False
    assert environment.network.flow_logs.traffic == "ALL"


def test_a_chain_of_files_in_several_folders(project: Project) -> None:
    project.write("shared/base.yaml", BASE)
    project.write("shared/regions/eu.yaml", "extends: ../base.yaml\nregion: eu-central-1\n")
    project.write("teams/dev.yaml", "extends: ../shared/regions/eu.yaml\nname: dev\n")

    (environment,) = load(["teams/dev.yaml"])

    assert (environment.region, environment.account) == ("eu-central-1", "123456789012")
    assert environment.extends == "../shared/regions/eu.yaml"


def test_an_environment_can_extend_another(project: Project) -> None:
    project.write("prod.yaml", f"name: prod\n{BASE}")
    project.write("dev.yaml", "extends: prod.yaml\nname: dev\n")

    dev, prod = load(["dev.yaml", "prod.yaml"])

    assert dev.tags == prod.tags
    assert (dev.name, prod.name) == ("dev", "prod")
    assert prod.extends is None


def test_extends_may_be_empty(project: Project) -> None:
    project.write("dev.yaml", f"extends:\nname: dev\n{BASE}")

    assert load(["dev.yaml"])[0].extends is None
