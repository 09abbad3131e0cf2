"""Karpenter's nodes in a bill: as many as requests of pods result in, and as limits allow."""

from decimal import Decimal
from typing import Any

from modules.capacity.report import capacity_report
from runner.bill.commitments import what_if
from runner.bill.lines import BillLine, MonthlyBill
from runner.bill.prices import PriceBook, Rates
from support.bills import bill_of_resources
from support.environments import environment

SMALL = {"instance_types": ["m7g.2xlarge"], "architectures": ["arm64"]}


def nodes(bill: MonthlyBill, pool: str = "default") -> list[BillLine]:
    return [line for line in bill.lines if line.address == f"NodePool/{pool}"]


def with_pools(pools: dict[str, Any], **bill: Any) -> MonthlyBill:
    platform = {"karpenter": {"node_pools": pools}}
    return bill_of_resources({}, platform=platform, bill=bill)


def hours(bill: MonthlyBill, pool: str = "default") -> dict[str, Decimal]:
    return {line.item.what: line.item.quantity for line in nodes(bill, pool) if line.item.instance}


def test_more_requests_take_more_nodes_and_less_utilization_as_well() -> None:
    def count(**bill: Any) -> int:
        return with_pools({"default": SMALL}, **bill).pools[0].nodes

    platform = capacity_report(environment(platform={"karpenter": {"node_pools": {}}}))
    assert platform.requested_elsewhere.memory
    assert count() == 3
    # m7g.2xlarge has 8 processors, of which some are reserved and requested on every node.
    assert count(workloads={"cpu": "40"}, utilization_percent=100) in range(5, 8)
    assert count(workloads={"cpu": "40"}, utilization_percent=50) in range(10, 16)
    assert count(workloads={"memory": "200Gi"}, utilization_percent=100) in range(6, 9)


def test_the_limits_of_a_pool_end_the_number() -> None:
    limited = SMALL | {"limits": {"cpu": "16", "memory": "1000Gi"}}
    (pool,) = with_pools({"default": limited}, workloads={"cpu": "500"}).pools
    assert (pool.nodes, pool.most) == (2, 2)


def test_hours_are_split_by_the_share_of_spot() -> None:
    bill = with_pools({"default": SMALL}, karpenter_nodes={"default": 2}, spot_percent=25)
    assert hours(bill) == {"m7g.2xlarge": 1095, "m7g.2xlarge Spot": 365}


def test_a_pool_of_one_capacity_type_has_no_other() -> None:
    for types, expected in ((["spot"], "m7g.2xlarge Spot"), (["on-demand"], "m7g.2xlarge")):
        pool = SMALL | {"capacity_types": types}
        bill = with_pools({"default": pool}, karpenter_nodes={"default": 1})
        assert hours(bill) == {expected: 730}


def test_nodes_that_run_in_fewer_hours_cost_less_with_their_volumes() -> None:
    bill = with_pools({"default": SMALL}, karpenter_nodes={"default": 1}, node_hours=73)
    assert sum(hours(bill).values()) == 73
    (volume,) = [line for line in nodes(bill) if line.item.what == "gp3 volumes"]
    assert volume.item.quantity == 5
    assert volume.item.assumed == "karpenter_nodes.default"


def test_the_heaviest_pool_without_taints_takes_the_pods() -> None:
    taint = [{"key": "team", "value": "shop", "effect": "NoSchedule"}]
    pools = {
        "default": SMALL,
        "heavy": SMALL | {"weight": 50},
        "tainted": SMALL | {"weight": 90, "taints": taint},
    }
    bill = with_pools(pools, workloads={"cpu": "20"})
    assert {pool.name for pool in bill.pools if pool.nodes} == {"heavy"}


def test_the_type_is_the_one_with_which_all_nodes_cost_least() -> None:
    pool = {"instance_categories": ["c", "r"], "instance_sizes": ["2xlarge"]}
    small = with_pools({"default": pool}, workloads={"cpu": "60"}).pools[0]
    large = with_pools({"default": pool}, workloads={"memory": "600Gi"}).pools[0]
    assert small.instance_type.startswith("c")
    assert large.instance_type.startswith("r")


def test_replicas_of_the_platform_have_a_node_in_each_zone() -> None:
    pool = SMALL | {"instance_types": ["m7g.8xlarge"]}
    for zones in (["a"], ["a", "b"], ["a", "b", "c"]):
        (found,) = with_pools({"default": pool | {"zones": zones}}).pools
        assert found.nodes == len(zones)


def test_a_node_has_room_for_the_largest_pod_of_the_platform() -> None:
    pool = {"instance_families": ["c7g"], "architectures": ["arm64"]}
    (found,) = with_pools({"default": pool | {"instance_sizes": ["large", "xlarge"]}}).pools
    assert found.instance_type == "c7g.xlarge"


def test_a_pool_whose_types_have_no_price_says_so() -> None:
    pool = {"instance_types": ["p5.48xlarge"]}
    bill = with_pools({"inference": pool}, karpenter_nodes={"inference": 1})
    (line,) = bill.without_price
    assert line.address == "NodePool/inference"
    assert [each.most_amount for each in bill.pools if each.name == "inference"] == [None]


def test_both_ends_are_in_the_bill_and_the_limits_in_no_sum() -> None:
    bill = with_pools({"default": SMALL}, karpenter_nodes={"default": 0})
    (pool,) = bill.pools
    assert pool.most == 125
    assert pool.most_amount
    assert pool.most_amount > bill.total
    assert nodes(bill) == []


def test_another_autoscaler_has_no_pools() -> None:
    group = {"work": {"instance_types": ["m7g.large"]}}
    bill = bill_of_resources({}, cluster={"autoscaler": "none", "node_groups": group})
    assert bill.pools == ()


def test_nodes_of_eks_auto_mode_cost_its_fee_on_top_also_on_spot() -> None:
    def bill(**cluster: Any) -> MonthlyBill:
        return bill_of_resources(
            {},
            cluster=cluster,
            network={"pods": {"prefix_reservation": "none"}},
            platform={"karpenter": {"node_pools": {"default": SMALL}}},
            bill={"karpenter_nodes": {"default": 2}, "spot_percent": 50},
        )

    without, automatic = bill(), bill(compute="auto")
    (fee,) = [line for line in nodes(automatic) if line.item.fee]
    assert fee.item.quantity == 1460
    (on_demand,) = [line for line in nodes(automatic) if line.item.what == "m7g.2xlarge"]
    assert on_demand.price
    assert fee.price
    assert fee.price.first == on_demand.price.first * Decimal("0.12")
    assert fee.price.mark == "derived"
    assert not any(line.item.fee for line in nodes(without))
    assert automatic.pools[0].most_amount
    assert without.pools[0].most_amount
    assert automatic.pools[0].most_amount > without.pools[0].most_amount
    assert what_if(automatic) == what_if(without)


def test_the_fee_of_types_with_gpus_is_a_smaller_share() -> None:
    on_demand = PriceBook().region("us-east-1").instance("g6.xlarge")
    assert on_demand
    fee = Rates().auto_mode(on_demand, "g6.xlarge")
    assert fee.first == on_demand.first * Decimal("0.078")
