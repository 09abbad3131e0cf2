"""The `cluster_roles` section: groups with a role in the whole cluster."""

from config.settings import Settings
from config.types.kubernetes import GroupName


class ClusterRoles(Settings):
    """Kubernetes groups with a role in the whole cluster, for principals of `cluster.access`."""

    cluster_admin: list[GroupName] = ["platform-admin"]
    """Groups that may do everything."""

    admin: list[GroupName] = []
    """Groups that administer every namespace."""

    edit: list[GroupName] = []
    """Groups that may change what runs in every namespace."""

    view: list[GroupName] = ["platform-view"]
    """Groups that may look into every namespace, secrets aside."""
