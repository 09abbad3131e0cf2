"""What resources cost by type, where it is more than a price."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from config import versions
from support.bills import DAY, amounts, bill_of_resources

CLUSTER = {"version": "1.36", "upgrade_policy": {"support_type": "EXTENDED"}}
CHANGED = date(2027, 8, 3)


def costs(type_: str, body: dict[str, Any], **bill: Any) -> dict[str, Decimal]:
    """What one resource costs in eu-west-1."""
    found = amounts(bill_of_resources({f"{type_}.one": body}, bill=bill))
    return {what: amount for (_, what), amount in found.items()}


def test_extended_support_costs_more_from_the_day_after_standard_support_ends() -> None:
    ends = versions.table().kubernetes["1.36"].standard_support_ends
    assert ends < CHANGED
    for day, expected in ((ends, {"hours"}), (CHANGED, {"hours", "extended support"})):
        bill = bill_of_resources({"aws_eks_cluster.one": CLUSTER}, day)
        assert {what for _, what in amounts(bill)} == expected
    bill = bill_of_resources({"aws_eks_cluster.one": CLUSTER}, CHANGED)
    assert amounts(bill)["aws_eks_cluster.one", "extended support"] == Decimal("365.00")


def test_a_cluster_that_follows_standard_support_never_costs_more() -> None:
    standard = CLUSTER | {"upgrade_policy": {"support_type": "STANDARD"}}
    bill = bill_of_resources({"aws_eks_cluster.one": standard}, CHANGED)
    assert amounts(bill) == {("aws_eks_cluster.one", "hours"): Decimal("73.00")}


def test_the_end_of_standard_support_is_announced() -> None:
    bill = bill_of_resources({}, DAY)
    assert any("ends on 2027-08-02: from then on 365.00 USD more" in each for each in bill.notes)
    assert not any("Standard support" in each for each in bill_of_resources({}, CHANGED).notes)


def test_a_tier_of_the_control_plane_is_added() -> None:
    tier = CLUSTER | {"control_plane_scaling_config": {"tier": "tier-2xl"}}
    expected = {"hours": Decimal("73.00"), "scaling tier 2xl": Decimal("2482.00")}
    assert costs("aws_eks_cluster", tier) == expected


def test_a_node_group_costs_its_desired_nodes_and_their_volumes() -> None:
    made = {
        "aws_launch_template.two": {
            "block_device_mappings": [
                {"ebs": {"volume_size": 100, "volume_type": "gp3", "iops": 4000, "throughput": 225}}
            ]
        },
        "aws_eks_node_group.one": {
            "instance_types": ["m7g.large", "m6g.large"],
            "scaling_config": {"min_size": 1, "desired_size": 2, "max_size": 9},
            "launch_template": {"id": "${aws_launch_template.two.id}"},
        },
    }
    found = amounts(bill_of_resources(made, region="ap-northeast-1"))
    assert {what: amount for (_, what), amount in found.items()} == {
        "m7g.large": Decimal("153.88"),
        "gp3 volumes": Decimal("19.20"),
        "IOPS of volumes": Decimal("12.00"),
        "throughput of volumes": Decimal("9.60"),
    }


def test_spot_nodes_cost_what_their_family_saves_less() -> None:
    group = {"instance_types": ["m7g.large"], "scaling_config": {"desired_size": 1}}
    on_demand = costs("aws_eks_node_group", group)["m7g.large"]
    spot = costs("aws_eks_node_group", group | {"capacity_type": "SPOT"})["m7g.large Spot"]
    assert spot == (on_demand * 45 / 100).quantize(Decimal("0.01"))


def test_no_nodes_cost_nothing() -> None:
    group = {"instance_types": ["m7g.large"], "scaling_config": {"desired_size": 0}}
    assert costs("aws_eks_node_group", group) == {}


def test_a_capacity_block_is_said_to_have_no_price() -> None:
    group = {
        "instance_types": ["p5.48xlarge"],
        "scaling_config": {"desired_size": 1},
        "capacity_type": "CAPACITY_BLOCK",
    }
    bill = bill_of_resources({"aws_eks_node_group.one": group})
    assert [line.item.what for line in bill.without_price] == ["p5.48xlarge in a capacity block"]


def test_a_regional_nat_gateway_counts_in_each_zone() -> None:
    found = costs("aws_nat_gateway", {"availability_mode": "regional"}, nat_gb=100)
    assert found == {
        "hours": Decimal("105.12"),
        "public IPv4 addresses": Decimal("10.95"),
        "data processed": Decimal("4.80"),
    }


def test_nat_gateways_share_the_data() -> None:
    made: dict[str, dict[str, Any]] = {f"aws_nat_gateway.{zone}": {} for zone in "ab"}
    found = amounts(bill_of_resources(made, bill={"nat_gb": 100}))
    assert found["aws_nat_gateway.a", "data processed"] == Decimal("2.40")


def test_only_load_balancers_that_face_the_internet_have_public_addresses() -> None:
    balancer = {"load_balancer_type": "network", "subnets": ["a", "b"]}
    assert costs("aws_lb", balancer)["public IPv4 addresses"] == Decimal("7.30")
    internal = costs("aws_lb", balancer | {"internal": True}, load_balancer_units=2)
    assert internal == {"hours": Decimal("18.40"), "capacity units": Decimal("8.76")}


def test_a_gateway_load_balancer_counts_in_each_zone() -> None:
    balancer = {"load_balancer_type": "gateway", "subnets": ["a", "b"]}
    assert costs("aws_lb", balancer)["hours"] == Decimal("20.44")


def test_an_interface_endpoint_counts_in_each_subnet_and_a_gateway_endpoint_is_free() -> None:
    made = {
        "aws_vpc_endpoint.sts": {"vpc_endpoint_type": "Interface"},
        "aws_vpc_endpoint.s3": {"vpc_endpoint_type": "Gateway"},
        "aws_vpc_endpoint_subnet_association.sts_a": {},
        "aws_vpc_endpoint_subnet_association.sts_b": {},
    }
    found = amounts(bill_of_resources(made))
    assert {address: amount for (address, _), amount in found.items()} == {
        "aws_vpc_endpoint_subnet_association.sts_a": Decimal("8.03"),
        "aws_vpc_endpoint_subnet_association.sts_b": Decimal("8.03"),
    }


def test_a_firewall_costs_its_rules_and_requests() -> None:
    found = costs("aws_wafv2_web_acl", {"rule": [{}, {}, {}]}, web_requests_million=100)
    assert found == {
        "web ACL": Decimal("5.00"),
        "rules": Decimal("3.00"),
        "requests": Decimal("60.00"),
    }


@pytest.mark.parametrize(
    ("body", "options"),
    [
        ({"type": "CALCULATED"}, None),
        ({"type": "HTTP", "request_interval": 30}, None),
        ({"type": "HTTPS", "request_interval": 30}, "1.00"),
        ({"type": "HTTP", "request_interval": 10, "measure_latency": True}, "2.00"),
        ({"type": "HTTPS_STR_MATCH", "search_string": "ok", "request_interval": 10}, "3.00"),
    ],
)
def test_a_health_check_costs_its_options(body: dict[str, Any], options: str | None) -> None:
    found = costs("aws_route53_health_check", body)
    assert found.pop("health check") == Decimal("0.50")
    assert found == ({} if options is None else {"options": Decimal(options)})


def test_logs_cost_what_arrives_and_what_is_kept() -> None:
    group = {"name": "/aws/vpc/test/flow-logs", "retention_in_days": 60}
    found = costs("aws_cloudwatch_log_group", group, flow_logs_gb=100, log_size_percent=20)
    assert found == {"logs received": Decimal("57.00"), "logs stored": Decimal("1.20")}


def test_flow_logs_in_a_bucket_have_another_price() -> None:
    assert costs("aws_flow_log", {"log_destination_type": "cloud-watch-logs"}) == {}
    found = costs("aws_flow_log", {"log_destination_type": "s3"}, flow_logs_gb=100)
    assert found == {"logs delivered": Decimal("28.50")}


def test_a_bucket_of_a_name_has_its_own_size() -> None:
    made: dict[str, dict[str, Any]] = {"aws_s3_bucket.logs": {}, "aws_s3_bucket.state": {}}
    bill = bill_of_resources(made, bill={"bucket_gb": 100, "buckets": {"logs": 1000}})
    found = amounts(bill)
    assert found["aws_s3_bucket.logs", "objects"] == Decimal("23.00")
    assert found["aws_s3_bucket.state", "objects"] == Decimal("2.30")


def test_a_bucket_that_does_not_exist_is_said() -> None:
    bill = bill_of_resources({"aws_s3_bucket.state": {}}, bill={"buckets": {"sate": 1}})
    assert "bill.buckets.sate: there is no such bucket. There are state." in bill.notes


def test_what_is_stored_grows() -> None:
    grown = costs("aws_s3_bucket", {}, bucket_gb=1000, growth_percent=10, months=2)
    assert grown["objects"] == Decimal("27.83")


def test_a_file_system_costs_its_throughput() -> None:
    provisioned = {"throughput_mode": "provisioned", "provisioned_throughput_in_mibps": 10}
    assert costs("aws_efs_file_system", provisioned)["throughput"] == Decimal("66.00")
    assert set(costs("aws_efs_file_system", {"throughput_mode": "bursting"})) == {"files"}


def test_backups_cost_only_where_they_are_on() -> None:
    on = {"backup_policy": {"status": "ENABLED"}}
    assert costs("aws_efs_backup_policy", on, backup_gb=100) == {
        "backups of files": Decimal("5.50")
    }
    assert costs("aws_efs_backup_policy", {"backup_policy": {"status": "DISABLED"}}) == {}


def test_each_copy_of_a_secret_costs_as_much() -> None:
    found = costs("aws_secretsmanager_secret", {"replica": [{}, {}]})
    assert found == {"secret and copies": Decimal("1.20")}


def test_the_volumes_of_charts_are_counted_by_their_replicas() -> None:
    claim = '{"spec": {"resources": {"requests": {"storage": "50Gi"}}}}'
    values = [
        f'{{"prometheus": {{"replicas": 2, "storage": {{"volumeClaimTemplate": {claim}}}}}}}',
        f'{{"nodeSets": [{{"count": 3, "volumeClaimTemplates": [{claim}, {claim}]}}]}}',
        '{"grafana": {"persistence": {"enabled": true, "size": "10Gi"}}}',
        '{"tempo": {"persistence": {"enabled": false, "size": "999Gi"}}}',
    ]
    bill = bill_of_resources({"helm_release.one": {"values": values}})
    (line,) = [line for line in bill.lines if line.address == "helm_release.one"]
    assert line.item.quantity == 2 * 50 + 3 * 2 * 50 + 10


def test_a_chart_without_volumes_costs_nothing() -> None:
    assert costs("helm_release", {"values": ['{"replicas": 2}']}) == {}


def test_threat_detection_counts_the_processors_of_all_nodes() -> None:
    feature = {"name": "RUNTIME_MONITORING"}
    made = {"aws_guardduty_detector_feature.one": feature}
    group = {"instance_types": ["m7g.xlarge"], "desired_size": 3}
    bill = bill_of_resources(
        made,
        cluster={"system_nodes": group},
        bill={"karpenter_nodes": {"default": 2}, "node_hours": 365},
    )
    quantities = {line.item.what: line.item.quantity for line in bill.lines}
    assert quantities["vCPUs of node groups"] == 12
    assert quantities["vCPUs of Karpenter's nodes"] == 8
    logs = costs("aws_guardduty_detector_feature", {"name": "EKS_AUDIT_LOGS"})
    assert logs == {"audit events": Decimal("35.20")}


def test_several_of_a_resource_count_as_often() -> None:
    assert costs("aws_eip", {"count": 3}) == {"public IPv4 address": Decimal("10.95")}


@pytest.mark.parametrize(
    ("type_", "amount"),
    [
        ("aws_ec2_transit_gateway_vpc_attachment", "36.50"),
        ("aws_vpn_connection", "36.50"),
        ("aws_route53_zone", "0.50"),
    ],
)
def test_resources_that_extensions_often_make_have_a_price(type_: str, amount: str) -> None:
    assert list(costs(type_, {}).values()) == [Decimal(amount)]


def test_a_type_of_which_nothing_is_known_is_said() -> None:
    bill = bill_of_resources({"aws_msk_cluster.one": {}})
    assert bill.unknown == ("aws_msk_cluster",)


def test_capabilities_cost_by_the_hour_and_argo_cd_by_its_applications_too() -> None:
    assert costs("aws_eks_capability", {"type": "ACK"}) == {"hours": Decimal("3.65")}
    assert costs("aws_eks_capability", {"type": "KRO"}) == {"hours": Decimal("3.65")}
    argo_cd = costs("aws_eks_capability", {"type": "ARGOCD"}, argo_cd_applications=40)
    assert argo_cd == {"hours": Decimal("21.90"), "applications": Decimal("43.80")}
