"""Rules of `workloads` and `teams.<team>.workloads`."""

from collections.abc import Iterator

from config.derived.workloads import workload_roles
from config.environment import Environment
from config.problem import Path, Problem
from config.reading.nearest import nearest
from modules.addons.catalog import enabled_addons
from modules.helm.pod_security import KUBERNETES_NAMESPACES
from rules.permissions import (
    broken_permissions,
    missing_permissions,
    several_roles,
    unwise_permissions,
)
from rules.registration import rule

RESERVED_PREFIX = "kube-"


@rule("cluster", "platform", "teams", "workloads")
def workloads_are_in_namespaces_of_their_own(environment: Environment) -> Iterator[Problem]:
    """Workloads are in no namespace of Kubernetes or of an add-on, and those of a team in its own.

    Pods of an add-on get permissions by the add-on only.
    """
    of_addons = {
        addon.namespace_in(environment): addon.title
        for addon in (enabled_addons(environment) if environment.workloads else ())
        if addon.installed(environment)
    }
    for name, workload in environment.workloads.items():
        yield from _reserved(of_addons, ("workloads", name, "namespace"), workload.namespace)
    for team, settings in environment.teams.items():
        for name, workload in settings.workloads.items():
            if workload.namespace and workload.namespace not in settings.namespaces:
                path = ("teams", team, "workloads", name, "namespace")
                message, known = "is not a namespace of the team", settings.namespaces
                near = nearest(workload.namespace, known)
                yield Problem(path, message, workload.namespace, ", ".join(known), near)


@rule("teams", "workloads", severity="warning")
def namespaces_of_workloads_exist(environment: Environment) -> Iterator[Problem]:
    """The namespace of a workload is one that the file makes.

    Another one may come from Git. Who can make a namespace of this name gets the permissions.
    """
    known = {name for team in environment.teams.values() for name in team.namespaces}
    for name, workload in environment.workloads.items():
        if workload.namespace not in known:
            message = "is no namespace of a team: what makes it gets the permissions"
            near = nearest(workload.namespace, known)
            path = ("workloads", name, "namespace")
            yield Problem(path, message, workload.namespace, suggestion=near)


@rule("cluster", "teams", "workloads")
def service_accounts_have_one_role(environment: Environment) -> Iterator[Problem]:
    """A service account has one role: EKS accepts one association.

    https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
    """
    yield from several_roles(workload_roles(environment))


@rule("account", "region", "cluster", "teams", "workloads")
def permissions_of_workloads_are_accepted(environment: Environment) -> Iterator[Problem]:
    """IAM accepts the policies of workloads: partition, account, length."""
    for each in workload_roles(environment):
        yield from broken_permissions(environment, each.path, each.permissions)


@rule("teams", "workloads", last=True)
def workloads_have_permissions(environment: Environment) -> Iterator[Problem]:
    """A workload has at least one of statements, policies and a target role."""
    for each in workload_roles(environment):
        yield from missing_permissions(each.path, each.permissions)


@rule("teams", "workloads", severity="warning")
def permissions_of_workloads_are_narrow(environment: Environment) -> Iterator[Problem]:
    """Workloads have permissions for some actions on some resources."""
    for each in workload_roles(environment):
        yield from unwise_permissions(each.path, each.permissions)


def _reserved(of_addons: dict[str, str], path: Path, namespace: str) -> Iterator[Problem]:
    if namespace in KUBERNETES_NAMESPACES or namespace.startswith(RESERVED_PREFIX):
        yield Problem(path, "belongs to Kubernetes", namespace)
    elif namespace in of_addons:
        yield Problem(path, f"belongs to {of_addons[namespace]}", namespace)
