"""A platform in several regions (K1): certificates, health checks and records, as synthesized."""

from pathlib import Path
from typing import Any

import pytest

from support.output import Output, synthesized_output
from support.regions import CENTRAL, WEST, platform

ZONE = "shop.example.com"
ROUTING, NAMES = f"{CENTRAL}-routing", f"{CENTRAL}-names"


def synthesized(folder: Path, **settings: Any) -> Output:
    folder.mkdir()
    return synthesized_output(folder / "cdktf.out", *platform(folder, **settings))


def records(output: Output, stack: str = ROUTING) -> dict[str, dict[str, Any]]:
    return output.stack(stack).resources("aws_route53_record")


def test_every_name_leads_to_the_primary_as_long_as_it_is_healthy(output: Output) -> None:
    found = records(output)
    routed = f"{CENTRAL}-failover.{ZONE}"
    for name in (ZONE, f"*.{ZONE}"):
        [record] = [each for each in found.values() if each["name"] == name]
        assert record["alias"]["name"] == routed
        assert "set_identifier" not in record
    regions = {key: each for key, each in found.items() if each["name"] == routed}
    assert {
        each["set_identifier"]: each["failover_routing_policy"]["type"] for each in regions.values()
    } == {"euw1": "PRIMARY", "euc1": "SECONDARY"}
    for each in regions.values():
        code = each["set_identifier"]
        assert each["alias"]["evaluate_target_health"] is True
        assert f"edge_{code}.outputs.load_balancer_dns_name" in each["alias"]["name"]
        assert each["health_check_id"] == f"${{aws_route53_health_check.healthy_{code}.id}}"


@pytest.mark.parametrize("policy", ["latency", "weighted"])
def test_another_policy_changes_the_platforms_names_in_place(
    output: Output, tmp_path: Path, policy: str
) -> None:
    changed = synthesized(
        tmp_path / policy, routing={"policy": policy, "weights": {"eu-west-1": 10}}
    )
    before, after = records(output), records(changed)
    kept = before.keys() & after.keys()
    assert kept == {"alias_shop_example_com", "wildcard_alias_shop_example_com"}
    assert {after[key]["alias"]["name"] for key in kept} == {f"{CENTRAL}-{policy}.{ZONE}"}
    # Records of one name have one policy, so that both sets exist while the names are changed.
    assert all(after[key]["lifecycle"]["create_before_destroy"] for key in after.keys() - kept)
    arguments = {after[f"{policy}_{code}"][f"{policy}_routing_policy"].popitem() for code in CODES}
    assert (
        arguments
        == {
            "latency": {("region", "eu-west-1"), ("region", "eu-central-1")},
            "weighted": {("weight", 10), ("weight", 100)},
        }[policy]
    )


CODES = ("euw1", "euc1")
REGION_OF = {WEST: "eu-west-1", CENTRAL: "eu-central-1"}


def test_a_region_is_healthy_where_its_ingress_answers_and_its_switch_is_off(
    output: Output,
) -> None:
    checks = output.stack(ROUTING).resources("aws_route53_health_check")
    for code, other in (("euw1", CENTRAL), ("euc1", WEST)):
        both = checks[f"healthy_{code}"]
        assert both["child_health_threshold"] == len(both["child_healthchecks"]) == 2
        answers, switch = checks[f"answers_{code}"], checks[f"switch_{code}"]
        # The checkers do not support TLS 1.3, and a redirect counts as healthy.
        assert (
            (answers["type"], answers["port"]) == (switch["type"], switch["port"]) == ("HTTP", 80)
        )
        assert answers["fqdn"] == f"two-regions-{code}.{ZONE}"
        assert "invert_healthcheck" not in answers
        # A region that fails cannot serve its own switch.
        assert (switch["fqdn"], switch["invert_healthcheck"]) == (f"{other}.{ZONE}", True)


def test_a_load_balancer_answers_the_health_checks_over_plain_http(output: Output) -> None:
    checks = output.stack(ROUTING).resources("aws_route53_health_check")
    rules = output.stack(f"{CENTRAL}-edge").resources("aws_lb_listener_rule")
    health, switch = rules["routing_health_check"], rules["routing_switch"]
    assert health["condition"][0]["path_pattern"]["values"] == [
        checks["answers_euc1"]["resource_path"]
    ]
    assert health["action"][0]["type"] == "forward"
    assert switch["condition"][0]["path_pattern"]["values"] == [
        checks["switch_euw1"]["resource_path"]
    ]
    assert switch["action"][0]["fixed_response"]["status_code"] == "404"
    # `make failover` changes it.
    assert switch["lifecycle"]["ignore_changes"] == ["action"]
    listener = "${aws_lb_listener.http_listener.arn}"
    assert health["listener_arn"] == switch["listener_arn"] == listener


def test_a_domain_is_validated_once_for_all_regions(output: Output) -> None:
    shared = "validation_shop_example_com"
    assert shared in records(output, NAMES)
    assert shared not in records(output, f"{WEST}-names")
    for name in (WEST, CENTRAL):
        names = output.stack(f"{name}-names")
        [certificate] = names.resources("aws_acm_certificate").values()
        assert certificate["subject_alternative_names"] == [f"*.{ZONE}", f"{name}.{ZONE}"]
        [validated] = names.resources("aws_acm_certificate_validation").values()
        assert len(validated["validation_record_fqdns"]) == 2
        # A region that is removed leaves nothing in the states of another one.
        assert [each["region"] for each in names.json["provider"]["aws"]] == [REGION_OF[name]]
        edge = output.stack(f"{name}-edge")
        assert edge.resources("aws_acm_certificate") == {}
        [listener] = [
            each for each in edge.resources("aws_lb_listener").values() if each["port"] == 443
        ]
        assert listener["certificate_arn"] == (
            "${data.terraform_remote_state.names.outputs.certificate_arn}"
        )
        assert [each["name"] for each in records(output, f"{name}-edge").values()] == [
            f"{name}.{ZONE}"
        ]


def test_records_that_an_edge_made_before_are_left_to_the_stacks_that_take_them_over(
    output: Output, tmp_path: Path
) -> None:
    forgotten = {each["from"] for each in output.stack(f"{WEST}-edge").json["removed"]}
    assert {
        "aws_route53_record.alias_shop_example_com",
        "aws_route53_record.wildcard_alias_shop_example_com",
        "aws_route53_record.validation_shop_example_com",
    } <= forgotten
    adopting = synthesized(tmp_path / "a", routing={"policy": "failover", "adopt_records": True})
    taken = {**records(adopting), **records(adopting, NAMES)}
    assert {key for key, each in taken.items() if each.get("allow_overwrite")} >= {
        address.partition(".")[2] for address in forgotten if "route53" in address
    }
    assert not any("allow_overwrite" in each for each in records(output).values())


def test_a_further_region_changes_no_resource_of_the_first(tmp_path: Path) -> None:
    output = synthesized(tmp_path / "two", fleet=None, replication=None)
    alone = synthesized(
        tmp_path / "one",
        fleet=None,
        regions={"eu-central-1": None},
        replication=None,
        routing={"policy": "failover", "state_region": "eu-west-1"},
    )
    for stack in ("network", "cluster", "platform"):
        assert alone.stack(f"{WEST}-{stack}").text == output.stack(f"{WEST}-{stack}").text
    before = alone.stack(f"{WEST}-edge").by_address()
    after = output.stack(f"{WEST}-edge").by_address()
    assert after.keys() - before.keys() == {"aws_lb_listener_rule.routing_switch"}
    assert {key: after[key] for key in before} == before


def test_the_accelerator_has_an_endpoint_group_in_each_region(tmp_path: Path) -> None:
    weights = {"eu-west-1": 0}
    made = synthesized(tmp_path / "a", routing={"policy": "accelerator", "weights": weights})
    routing = made.stack(ROUTING)
    groups = routing.resources("aws_globalaccelerator_endpoint_group")
    dials = {
        each["endpoint_group_region"]: each["traffic_dial_percentage"] for each in groups.values()
    }
    assert dials == {"eu-west-1": 0, "eu-central-1": 100}
    # The provider sends 0 where none is set, with which an endpoint gets no traffic.
    assert {each["endpoint_configuration"][0]["weight"] for each in groups.values()} == {128}
    assert {each["alias"]["name"] for each in records(made).values()} == {
        "${aws_globalaccelerator_accelerator.accelerator.dns_name}"
    }
    assert routing.resources("aws_route53_health_check") == {}
    # Terraform deletes the alarms of another policy with it.
    assert "metrics" in {each.get("alias") for each in routing.json["provider"]["aws"]}


def test_alarms_are_where_route_53_writes_its_metrics(output: Output) -> None:
    routing = output.stack(ROUTING)
    [metrics] = [each for each in routing.json["provider"]["aws"] if "alias" in each]
    assert metrics["region"] == "us-east-1"
    alarms = routing.resources("aws_cloudwatch_metric_alarm").values()
    assert {each["provider"] for each in alarms} == {"aws.metrics"}
    [subscription] = routing.resources("aws_sns_topic_subscription").values()
    assert subscription["endpoint"] == "platform@example.com"


def test_stacks_may_read_what_they_use_of_the_other_region(output: Output) -> None:
    def policy(environment: str, stack: str) -> str:
        policies = output.stack(f"{environment}-state").resources("aws_iam_policy")
        return policies[f"state_access_{stack}"]["policy"]

    bucket = f"{WEST}-tfstate-123456789012-eu-west-1"
    assert f"arn:aws:s3:::{bucket}/{WEST}/names.tfstate" in policy(WEST, "edge")
    assert f"{WEST}/edge.tfstate" in policy(CENTRAL, "routing")
    assert f"{WEST}/edge.tfstate" not in policy(CENTRAL, "cluster")


def test_regions_depend_on_each_other_only_where_one_needs_the_other(output: Output) -> None:
    stacks = output.manifest["stacks"]
    crossing = {
        (name, other)
        for name, entry in stacks.items()
        for other in entry["dependencies"]
        if name.startswith("two-regions") and name.split("-")[2] != other.split("-")[2]
    }
    assert crossing == {
        (f"{WEST}-names", NAMES),
        (ROUTING, f"{WEST}-edge"),
        (f"{WEST}-data", f"{CENTRAL}-data"),
        (f"{WEST}-data", f"{CENTRAL}-network"),
        (f"{CENTRAL}-data", f"{WEST}-network"),
        (f"{CENTRAL}-platform", f"{WEST}-cluster"),
        (f"{CENTRAL}-fleet", f"{WEST}-network"),
        (f"{WEST}-account", f"{CENTRAL}-account"),
    }
