"""The `workloads` section: AWS permissions of pods that are no add-on's."""

from typing import Annotated

from pydantic import StringConstraints

from config.permissions import Permissions
from config.reading.form import Form
from config.types.kubernetes import Namespace, ObjectName

WorkloadName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40),
    Form("1 to 40 lower-case letters and digits, with single hyphens between them"),
]


class TeamWorkload(Permissions):
    """AWS permissions of a team's pods.

    The pods with the service account get a role of their own, `<cluster>.<team>.<name>`. With
    Pod Identity nothing else is needed; with IRSA the service account needs the annotation
    `eks.amazonaws.com/role-arn`.
    """

    namespace: Namespace | None = None
    """Namespace of the service account, one of the team's. Default: the first one."""

    service_account: ObjectName | None = None
    """Name of the service account. Default: the workload's name."""


class WorkloadSettings(Permissions):
    """AWS permissions of pods, with a role of their own, `<cluster>.<name>`."""

    namespace: Namespace
    """Namespace of the service account: of a team, or one that something else makes, such as an
    application in Git."""

    service_account: ObjectName | None = None
    """Name of the service account. Default: the workload's name."""
