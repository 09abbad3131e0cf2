"""Two clusters behind one load balancer: what the owner makes, and what the member uses of it."""

import json
from typing import Any

import pytest

from config.environment import Environment, Siblings
from modules.addons.catalog import rendered
from rules.load import load
from support.edge import WITH_DOMAIN, EdgeOutput
from support.environments import environment
from support.output import Output

BLUE, GREEN = "shop-blue", "shop-green"


def pair(**owner: Any) -> tuple[Environment, Environment]:
    """Owner and member that know each other."""
    common = {key: owner.pop(key) for key in ("hosted_zone", "domain_names") if key in owner}
    platform = owner.pop("platform", {})
    blue = environment(name=BLUE, edge={"weights": {BLUE: 100, GREEN: 0}, **common, **owner})
    green = environment(name=GREEN, edge={"owner": BLUE, **common}, platform=platform)
    blue.join(Siblings((blue,)), Siblings((green,)))
    green.join(Siblings((green,)), Siblings((blue,)))
    return blue, green


def test_the_owner_has_target_groups_of_both_and_weighs_every_listener_by_name() -> None:
    blue, _ = pair(**WITH_DOMAIN)
    found = EdgeOutput(blue)
    expected = {
        f"${{aws_lb_target_group.{prefix}https_targets.arn}}": weight
        for prefix, weight in (("", 100), ("shop_green_", 0))
    }
    [action] = found.one("aws_lb_listener", "https_listener")["default_action"]
    groups = action["forward"]["target_group"]
    assert {each["arn"]: each["weight"] for each in groups} == expected
    [challenge] = found.one("aws_lb_listener_rule", "acme_challenge")["action"]
    assert len(challenge["forward"]["target_group"]) == 2
    names = {each["name"] for each in found.of("aws_lb_target_group").values()}
    assert {name.split("-http")[0] for name in names} == {BLUE, GREEN}


def test_target_groups_and_addresses_are_those_of_each_environments_controller() -> None:
    blue, _ = pair(platform={"ingress": {"controller": "traefik"}})
    found = EdgeOutput(blue)
    groups = found.of("aws_lb_target_group")
    assert groups["http_targets"]["port"] == 80
    port = groups["shop_green_http_targets"]["port"]
    assert port != 80
    egress = found.of("aws_vpc_security_group_egress_rule").values()
    assert {80, port} <= {each["from_port"] for each in egress}


@pytest.mark.parametrize("controller", ["envoy-gateway", "traefik"])
def test_a_member_with_a_gateway_is_behind_groups_of_its_controllers_ports(controller: str) -> None:
    ingress = {"controller": controller, "gateway_api": {"enabled": True}}
    blue, green = pair(**WITH_DOMAIN, platform={"ingress": ingress})
    groups = EdgeOutput(blue).of("aws_lb_target_group")
    for key, port in (("http", green.targets.http_port), ("https", green.targets.https_port)):
        made = groups[f"shop_green_{key}_targets"]
        assert made["port"] == port
        assert port not in {80, 443}
        health = made["health_check"]
        assert int(health["port"]) == green.targets.health_check_port
        assert health["path"] == green.targets.health_check_path
    [service] = [
        found
        for release in rendered(green).values()
        for each in release.manifests
        if each["kind"] == "TargetGroupBinding" and each["metadata"]["name"] == "http"
        for found in [each["spec"]["serviceRef"]["name"]]
    ]
    assert service == {"envoy-gateway": "front-door", "traefik": "traefik"}[controller]


def test_a_header_leads_to_either_environment_whatever_its_weight() -> None:
    blue, _ = pair(test_header="X-Environment")
    rules = EdgeOutput(blue).of("aws_lb_listener_rule")
    found = {
        each["condition"][0]["http_header"]["values"][0]: each["action"][0]["target_group_arn"]
        for each in rules.values()
        if "http_header" in each["condition"][0]
    }
    assert found == {
        BLUE: "${aws_lb_target_group.http_targets.arn}",
        GREEN: "${aws_lb_target_group.shop_green_http_targets.arn}",
    }
    priorities = [each["priority"] for each in rules.values()]
    assert len(set(priorities)) == len(priorities)


def test_the_member_makes_no_load_balancer_and_no_records() -> None:
    _, green = pair(**WITH_DOMAIN)
    assert EdgeOutput(green).bodies == {}


def test_pods_of_the_member_join_its_target_groups_in_the_owners_stack(output: Output) -> None:
    platform = output.stack(f"{GREEN}-platform")
    state = platform.json["data"]["terraform_remote_state"]["edge"]["config"]
    assert state["key"] == f"{BLUE}/edge.tfstate"
    text = json.dumps(platform.json)
    outputs = "data.terraform_remote_state.edge.outputs"
    assert f"{outputs}.target_group_arns_shop_green.http" in text
    assert f"{outputs}.target_group_arns.http" not in text
    owner = output.stack(f"{BLUE}-edge").json["output"]
    assert "http" in owner["target_group_arns_shop_green"]["value"]


def test_the_members_role_for_the_platform_may_read_the_owners_edge(output: Output) -> None:
    policies = output.stack(f"{GREEN}-state").resources("aws_iam_policy")
    document = policies["state_access_platform"]["policy"]
    assert f"{BLUE}/edge.tfstate" in document
    assert f"{BLUE}/edge.tfstate" not in policies["state_access_cluster"]["policy"]


@pytest.mark.parametrize("name", [BLUE, GREEN])
def test_either_can_be_synthesized_without_the_other(name: str) -> None:
    [alone] = load([name])
    assert {each.name for each in alone.named} == {BLUE, GREEN} - {name}
