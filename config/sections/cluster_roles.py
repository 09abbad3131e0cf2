"""The `cluster_roles` section: groups with a cluster-wide role."""

from config.settings import Settings
from config.types.kubernetes import GroupName


class ClusterRoles(Settings):
    """Kubernetes groups with a cluster-wide role, for principals of `cluster.access`."""

    cluster_admin: list[GroupName] = ["platform-admin"]
    """Groups with the role `cluster-admin`: they may do everything."""

    admin: list[GroupName] = []
    """Groups with the role `admin` in every namespace."""

    edit: list[GroupName] = []
    """Groups with the role `edit` in every namespace."""

    view: list[GroupName] = ["platform-view"]
    """Groups with the role `view` in every namespace, which does not include Secrets."""
