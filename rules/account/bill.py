"""Rules of the `bill` section."""

from collections.abc import Iterator

from config.environment import Environment
from config.problem import Problem
from config.reading.nearest import nearest
from rules.registration import rule


@rule("bill", "platform", "cluster")
def pools_of_the_bill_exist(environment: Environment) -> Iterator[Problem]:
    """Numbers of nodes are for node pools of Karpenter that the environment has."""
    has_karpenter = environment.cluster.autoscaler == "karpenter"
    pools = list(environment.platform.karpenter.pools) if has_karpenter else []
    for name, nodes in environment.bill.karpenter_nodes.items():
        if name not in pools:
            allowed = ", ".join(pools) or "no pool: cluster.autoscaler is not karpenter"
            message = "is the number of nodes of a pool that does not exist"
            path = ("bill", "karpenter_nodes", name)
            yield Problem(path, message, nodes, allowed, nearest(name, pools))
