"""The bill of a platform that was calculated by hand, in four regions (M1)."""

from decimal import Decimal
from typing import Any

import pytest

from support.bills import amounts, bill_of_resources

SUBNETS = ["a", "b", "c"]

USE = {
    "nat_gb": 300,
    "between_zones_gb": 500,
    "internet_gb": 0,
    "endpoint_gb": 0,
    "key_requests": 0,
    "load_balancer_units": 1,
    "control_plane_logs_gb": 50,
    "log_size_percent": 0,
    "karpenter_nodes": {"default": 0},
}


def platform() -> dict[str, dict[str, Any]]:
    """A cluster, three NAT gateways, six endpoints in three zones, three nodes, and so on."""
    made: dict[str, dict[str, Any]] = {
        "aws_eks_cluster.cluster": {"version": "1.36"},
        "aws_eks_node_group.system": {
            "instance_types": ["m7g.large"],
            "scaling_config": {"desired_size": 3},
            "launch_template": {"id": "${aws_launch_template.nodes.id}"},
        },
        "aws_launch_template.nodes": {
            "block_device_mappings": [{"ebs": {"volume_size": 50, "volume_type": "gp3"}}]
        },
        "aws_lb.front": {"load_balancer_type": "application", "subnets": SUBNETS},
        "aws_cloudwatch_log_group.logs": {"name": "/aws/eks/test/cluster"},
    }
    for zone in SUBNETS:
        made[f"aws_nat_gateway.{zone}"] = {}
        made[f"aws_eip.{zone}"] = {}
        made[f"aws_kms_key.{zone}"] = {}
    for number in range(6):
        made[f"aws_vpc_endpoint.{number}"] = {
            "vpc_endpoint_type": "Interface",
            "subnet_ids": SUBNETS,
        }
    return made


@pytest.mark.parametrize(
    ("region", "sum_"),
    [
        ("eu-central-1", "680.46"),
        ("us-east-1", "589.32"),
        ("eu-west-1", "637.08"),
        # By hand it is 753.04: with one rounding for all gateways, not one for each.
        ("ap-northeast-1", "753.05"),
    ],
)
def test_the_sum_is_that_of_the_calculation_by_hand(region: str, sum_: str) -> None:
    bill = bill_of_resources(platform(), region=region, bill=USE)
    assert bill.total == Decimal(sum_)
    assert bill.without_price == []


def test_each_part_is_that_of_the_calculation_by_hand() -> None:
    bill = bill_of_resources(platform(), region="eu-central-1", bill=USE)
    found = amounts(bill)

    def sum_of(type_: str, *whats: str) -> Decimal:
        return sum(
            (
                amount
                for (address, what), amount in found.items()
                if address.startswith(f"{type_}.") and (not whats or what in whats)
            ),
            Decimal(0),
        )

    assert sum_of("aws_eks_cluster") == Decimal("73.00")
    assert sum_of("aws_nat_gateway", "hours") == Decimal("113.88")
    assert sum_of("aws_eip") == Decimal("10.95")
    assert sum_of("aws_nat_gateway", "data processed") == Decimal("15.60")
    assert sum_of("aws_vpc_endpoint") == Decimal("157.68")
    assert sum_of("aws_eks_node_group", "m7g.large") == Decimal("214.07")
    assert sum_of("aws_eks_node_group", "gp3 volumes") == Decimal("14.28")
    assert sum_of("aws_lb") == Decimal("36.50")
    assert sum_of("aws_cloudwatch_log_group") == Decimal("31.50")
    assert sum_of("aws_kms_key") == Decimal("3.00")
    between = [line.amount for line in bill.lines if line.item.what == "data between zones"]
    assert between == [Decimal("10.00")]
