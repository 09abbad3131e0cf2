"""EKS as the AWS provider needs it: everything that moto's EKS lacks or answers wrongly.

One file per concept, each a part of moto's response class; `Eks` is their sum.
"""

from __future__ import annotations

from moto.eks import models, urls

from tools.emulator.eks.access_policies import AccessPolicies
from tools.emulator.eks.addon_catalog import AddonCatalog
from tools.emulator.eks.addons import Addons
from tools.emulator.eks.cluster_updates import ClusterUpdates
from tools.emulator.eks.clusters import EmulatedCluster
from tools.emulator.eks.identity_providers import IdentityProviders
from tools.emulator.eks.insights import Insights
from tools.emulator.eks.nodegroup_updates import NodegroupUpdates
from tools.emulator.eks.nodegroups import EmulatedNodegroup
from tools.emulator.eks.tags import Tags
from tools.emulator.eks.updates import Updates
from tools.emulator.gaps.moto_hooks import replace, serve

# The action follows from the service model; every path of the service leads to the same class.
_EVERY_PATH = "{0}/.*$"


class Eks(
    ClusterUpdates,
    NodegroupUpdates,
    Addons,
    AddonCatalog,
    Insights,
    AccessPolicies,
    IdentityProviders,
    Updates,
    Tags,
):
    """The whole service."""


def install() -> None:
    """Puts this class, and the cluster and node group it makes, in the place of moto's."""
    replace(models, "Cluster", EmulatedCluster)
    replace(models, "Nodegroup", EmulatedNodegroup)
    serve(urls, Eks, _EVERY_PATH)
