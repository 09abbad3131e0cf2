"""Who may do what in the cluster: the `cluster.access` entries."""

from typing import Annotated, Literal

from pydantic import Field

from config.kubernetes_types import GroupName, Namespace
from config.settings import Settings
from config.types import PrincipalArn


class Access(Settings):
    """What one IAM role or user may do in the cluster.

    The environment's `admins` are cluster administrators already.
    """

    principal: PrincipalArn
    """The IAM role or user."""

    policy: Literal["cluster_admin", "admin", "edit", "view"] | None = None
    """EKS access policy: `cluster_admin` may do everything in the whole cluster, the others what
    the Kubernetes roles of these names allow. Default: none, only `groups` count."""

    namespaces: Annotated[list[Namespace], Field(max_length=100)] = []
    """Namespaces that admin, edit and view are limited to."""

    all_namespaces: bool = False
    """Let admin, edit or view reach every namespace, instead of naming some."""

    groups: Annotated[list[GroupName], Field(max_length=50)] = []
    """Kubernetes groups that the principal belongs to, for role bindings of one's own."""
