"""The IAM roles of service accounts that the configuration names, and their names."""

from collections.abc import Iterator
from dataclasses import dataclass

from config.derived import names
from config.environment import Environment
from config.permissions import Permissions
from config.problem import Path


@dataclass(frozen=True)
class WorkloadRole:
    """The role of one service account.

    Attributes:
        path: the setting.
        id: the prefix of the resources' ids.
        name: name of the role within the region. Its parts are joined by dots, which none of them
            has: so no two of a cluster are the same, and none is an add-on's.
        namespace: the namespace of the service account.
        service_account: its name.
        permissions: its permissions.
    """

    path: Path
    id: str
    name: str
    namespace: str
    service_account: str
    permissions: Permissions

    def role_arn(self, environment: Environment) -> str:
        """ARN of the role, known before it exists."""
        return names.role_arn(environment, self.name)


def workload_roles(environment: Environment) -> tuple[WorkloadRole, ...]:
    """The roles of `workloads` and of `teams.<team>.workloads`."""
    return (*_of_no_team(environment), *_of_teams(environment))


def release_roles(environment: Environment) -> Iterator[WorkloadRole]:
    """The roles of `platform.releases.<release>.roles`; none of a release that is off."""
    for release, settings in environment.platform.releases.items():
        for account, role in settings.roles.items() if settings.enabled else ():
            yield WorkloadRole(
                path=("platform", "releases", release, "roles", account),
                # No name of a release has two underscores.
                id=f"release_{_id(release)}__{_id(account)}",
                name=f"{environment.cluster_name}.release.{release}.{account}",
                namespace=settings.namespace or release,
                service_account=account,
                permissions=role,
            )


def _of_no_team(environment: Environment) -> Iterator[WorkloadRole]:
    for name, each in environment.workloads.items():
        yield WorkloadRole(
            path=("workloads", name),
            id=f"workload_{_id(name)}",
            name=f"{environment.cluster_name}.{name}",
            namespace=each.namespace,
            service_account=each.service_account or name,
            permissions=each,
        )


def _of_teams(environment: Environment) -> Iterator[WorkloadRole]:
    for team, settings in environment.teams.items():
        for name, each in settings.workloads.items():
            yield WorkloadRole(
                path=("teams", team, "workloads", name),
                # No name of a workload has two underscores: so no two ids are the same.
                id=f"workload_{_id(team)}__{_id(name)}",
                name=f"{environment.cluster_name}.{team}.{name}",
                namespace=each.namespace or next(iter(settings.namespaces)),
                service_account=each.service_account or name,
                permissions=each,
            )


def _id(name: str) -> str:
    return name.replace("-", "_")
