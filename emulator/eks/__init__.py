"""EKS as the AWS provider needs it: everything that moto's EKS lacks or answers wrongly.

One file per concept, each a part of moto's response class; `Eks` is their sum.
"""

from __future__ import annotations

from moto.eks import models, urls

from emulator.eks.access_policies import AccessPolicies
from emulator.eks.addon_catalogue import AddonCatalogue
from emulator.eks.addons import Addons
from emulator.eks.cluster_updates import ClusterUpdates
from emulator.eks.clusters import EmulatedCluster
from emulator.eks.identity_providers import IdentityProviders
from emulator.eks.nodegroup_updates import NodegroupUpdates
from emulator.eks.nodegroups import EmulatedNodegroup
from emulator.eks.tags import Tags
from emulator.eks.updates import Updates
from emulator.gaps.moto_hooks import replace, serve

_CLUSTER = "{0}/clusters/(?P<name>[^/]+)"
_PATHS = (
    "{0}/access-policies$",
    "{0}/addons/configuration-schemas$",
    "{0}/addons/supported-versions$",
    "{0}/cluster-versions$",
    f"{_CLUSTER}/access-entries$",
    f"{_CLUSTER}/access-entries/(?P<principalArn>.+)$",
    f"{_CLUSTER}/addons$",
    f"{_CLUSTER}/addons/(?P<addonName>[^/]+)$",
    f"{_CLUSTER}/addons/(?P<addonName>[^/]+)/update$",
    f"{_CLUSTER}/encryption-config/associate$",
    f"{_CLUSTER}/identity-provider-configs$",
    f"{_CLUSTER}/identity-provider-configs/(?P<verb>[^/]+)$",
    f"{_CLUSTER}/node-groups/(?P<nodegroupName>[^/]+)/update-version$",
    f"{_CLUSTER}/pod-identity-associations$",
    f"{_CLUSTER}/pod-identity-associations/(?P<associationId>[^/]+)$",
    f"{_CLUSTER}/updates$",
    f"{_CLUSTER}/updates/(?P<updateId>[^/]+)$",
)


class Eks(
    ClusterUpdates,
    NodegroupUpdates,
    Addons,
    AddonCatalogue,
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
    serve(urls, Eks, *_PATHS)
