"""The node pools of an environment: those of `platform.karpenter`, and in EKS Auto Mode one more.

In Auto Mode there are no system nodes. So the platform's pods have a pool of their own, with the
same taint, which Karpenter tries first for pods that tolerate it.
"""

from collections.abc import Mapping
from typing import Final

from config.addons.karpenter import Limits, NodePool
from config.environment import Environment
from config.types.taint import Taint

PLATFORM: Final = "platform"
"""Name of the pool for the platform's pods in Auto Mode."""

AUTO_DEFAULT_CLASS: Final = "eks-platform"
"""Name that the node class `default` has in Auto Mode, where `default` is that of EKS's own."""

AUTO_EXPIRY: Final = "336h"
"""Age at which Auto Mode replaces nodes by default; it allows 21 days at most.
https://docs.aws.amazon.com/eks/latest/userguide/create-node-pool.html"""

PLATFORM_POOL: Final = NodePool(
    capacity_types=["on-demand"],
    architectures=["arm64"],
    taints=[Taint(key="CriticalAddonsOnly", value="true", effect="NoSchedule")],
    limits=Limits(cpu="200", memory="800Gi"),
    weight=100,
)
"""What `platform.karpenter.node_pools.platform` says is changed in it."""


def node_pools(environment: Environment) -> Mapping[str, NodePool]:
    """The pools by name, those of Karpenter or those of Auto Mode."""
    pools = environment.platform.karpenter.pools
    if not environment.cluster.auto_mode:
        return pools
    own = pools.get(PLATFORM)
    written = {name: getattr(own, name) for name in own.model_fields_set} if own else {}
    return {
        name: _with_expiry(pool)
        for name, pool in {**pools, PLATFORM: PLATFORM_POOL.model_copy(update=written)}.items()
    }


def _with_expiry(pool: NodePool) -> NodePool:
    if "expire_after" in pool.model_fields_set:
        return pool
    return pool.model_copy(update={"expire_after": AUTO_EXPIRY})
