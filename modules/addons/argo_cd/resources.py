"""Argo CD's objects: an AppProject for each team, ApplicationSets, and the root Application."""

from collections.abc import Sequence
from typing import Any, Final

from config.addons.argo_cd import DEFAULT_PROJECT, PLATFORM_PROJECT
from config.derived.team_kinds import allowed_kinds, group_and_kind
from config.environment import Environment
from config.sections.teams import Team, TeamApplications
from modules.helm.contract import Context, Manifest
from modules.helm.manifests import manifest

API_VERSION: Final = "argoproj.io/v1alpha1"
HERE: Final = "in-cluster"
"""The name that Argo CD has for the cluster in which it runs."""

FINALIZER: Final = "resources-finalizer.argocd.argoproj.io"
"""An Application is deleted after everything it deployed, an AppProject after its Applications. So
uninstalling the release waits for all of it.
https://argo-cd.readthedocs.io/en/stable/user-guide/app_deletion/"""

OUT_OF_REACH: Final = [
    # They limit its namespaces.
    {"group": "", "kind": "ResourceQuota"},
    {"group": "", "kind": "LimitRange"},
    {"group": "security.istio.io", "kind": "PeerAuthentication"},
    {"group": "kyverno.io", "kind": "PolicyException"},
    {"group": "policies.kyverno.io", "kind": "PolicyException"},
    # Argo CD is an administrator and could bind any role.
    {"group": "rbac.authorization.k8s.io", "kind": "*"},
    # The front door's target groups.
    {"group": "elbv2.k8s.aws", "kind": "*"},
    # Ports, certificates and Services besides those of the platform's Gateway.
    {"group": "gateway.networking.k8s.io", "kind": "Gateway"},
    {"group": "gateway.networking.k8s.io", "kind": "ListenerSet"},
    {"group": "gateway.networking.k8s.io", "kind": "ReferenceGrant"},
    # Any security group of the VPC.
    {"group": "vpcresources.k8s.aws", "kind": "*"},
    # They could make the ingress controller call addresses in other namespaces.
    # https://github.com/kubernetes/kubernetes/issues/103675
    {"group": "", "kind": "Endpoints"},
    {"group": "discovery.k8s.io", "kind": "EndpointSlice"},
]
"""Resources that a team with `admission: warn` may not deploy. Argo CD is an administrator of the
cluster, so that it must refuse what Kubernetes would refuse to members of the team.
https://argo-cd.readthedocs.io/en/stable/operator-manual/project-specification/"""

NETWORK_POLICY: Final = {"group": "networking.k8s.io", "kind": "NetworkPolicy"}
"""Network policies are additive: another one can only allow more."""


ANYTHING: Final[dict[str, Any]] = {
    "sourceRepos": ["*"],
    "destinations": [{"server": "*", "namespace": "*"}],
    "clusterResourceWhitelist": [{"group": "*", "kind": "*"}],
}
"""What Argo CD allows in a project `default` that it makes itself."""

NOTHING: Final[dict[str, Any]] = {
    "sourceRepos": [],
    "destinations": [],
    "clusterResourceWhitelist": [],
}


def projects_and_applications(context: Context) -> Sequence[Manifest]:
    """All objects of an environment."""
    environment, namespace = context.environment, context.namespace
    objects = [_default_project(environment, namespace)]
    objects += [
        _project(environment, namespace, name, team)
        for name, team in sorted(environment.teams.items())
    ]
    objects += [
        _application_set(namespace, name, team, team.applications)
        for name, team in sorted(environment.teams.items())
        if team.applications is not None
    ]
    return objects + _root(environment, namespace)


def _default_project(environment: Environment, namespace: str) -> Manifest:
    """The project of Applications that name none; Argo CD makes it where it is missing."""
    is_open = environment.platform.argo_cd.default_project == "open"
    spec = {"description": "Applications without a project", **(ANYTHING if is_open else NOTHING)}
    return manifest(API_VERSION, "AppProject", DEFAULT_PROJECT, spec, namespace=namespace)


def _project(environment: Environment, namespace: str, name: str, team: Team) -> Manifest:
    """https://argo-cd.readthedocs.io/en/stable/operator-manual/project-specification/."""
    applications = team.applications
    repositories = {*team.repositories, *((applications.repository,) if applications else ())}
    clusters = {HERE, *((applications.cluster,) if applications and applications.cluster else ())}
    roles = [
        _role(name, "admin", ["*"], team.argo_cd_admins),
        _role(name, "view", ["get"], team.argo_cd_viewers),
    ]
    return finalized(
        namespace,
        "AppProject",
        name,
        {
            "description": f"Team {name}",
            "sourceRepos": sorted(repositories),
            "destinations": [
                {"name": cluster, "namespace": target}
                for cluster in sorted(clusters)
                for target in sorted(team.namespaces)
            ],
            "clusterResourceWhitelist": [],
            **_kinds(environment, team),
            "roles": [role for role in roles if role["groups"]],
        },
    )


def _kinds(environment: Environment, team: Team) -> dict[str, Any]:
    """The kinds that its applications may have, which Kubernetes checks as well."""
    if team.admission == "warn":
        policies = [] if team.network_policies else [NETWORK_POLICY]
        return {"namespaceResourceBlacklist": [*OUT_OF_REACH, *policies]}
    pairs = map(group_and_kind, allowed_kinds(environment, team))
    return {"namespaceResourceWhitelist": [{"group": group, "kind": kind} for group, kind in pairs]}


def _role(project: str, name: str, actions: Sequence[str], groups: Sequence[str]) -> dict[str, Any]:
    return {
        "name": name,
        "description": f"May {name} the applications of {project}",
        "policies": [
            f"p, proj:{project}:{name}, applications, {action}, {project}/*, allow"
            for action in actions
        ],
        "groups": list(groups),
    }


def _application_set(
    namespace: str, name: str, team: Team, applications: TeamApplications
) -> Manifest:
    """https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-Git/."""
    source = {"repoURL": applications.repository, "revision": applications.revision}
    return manifest(
        API_VERSION,
        "ApplicationSet",
        name,
        {
            "goTemplate": True,
            "goTemplateOptions": ["missingkey=error"],
            "generators": [{"git": {**source, "directories": [{"path": applications.folders}]}}],
            "template": {
                "metadata": {
                    "name": f"{name}-{{{{ .path.basenameNormalized }}}}",
                    "finalizers": [FINALIZER],
                },
                "spec": {
                    "project": name,
                    "source": {
                        "repoURL": applications.repository,
                        "targetRevision": applications.revision,
                        "path": "{{ .path.path }}",
                    },
                    "destination": {
                        "name": applications.cluster or HERE,
                        "namespace": applications.namespace or next(iter(team.namespaces)),
                    },
                    "syncPolicy": automatic(prune=True, self_heal=True),
                },
            },
        },
        namespace=namespace,
    )


def _root(environment: Environment, namespace: str) -> list[Manifest]:
    root = environment.platform.argo_cd.root
    if root is None:
        return []
    here = {"name": HERE, "namespace": namespace}
    project = {
        "description": "What brings all applications",
        "sourceRepos": [root.repository],
        "destinations": [here],
        "clusterResourceWhitelist": [],
        # No AppProject: writers of that repository must not extend a team's permissions.
        "namespaceResourceWhitelist": [
            {"group": "argoproj.io", "kind": kind} for kind in ("Application", "ApplicationSet")
        ],
    }
    application = {
        "project": PLATFORM_PROJECT,
        "source": {
            "repoURL": root.repository,
            "targetRevision": root.revision,
            "path": root.path,
            "directory": {"recurse": True},
        },
        "destination": here,
        "syncPolicy": automatic(prune=root.prune, self_heal=root.self_heal),
    }
    return [
        finalized(namespace, "AppProject", PLATFORM_PROJECT, project),
        finalized(namespace, "Application", "root", application),
    ]


def finalized(namespace: str, kind: str, name: str, spec: dict[str, Any]) -> Manifest:
    """An object that is deleted after what belongs to it."""
    made = manifest(API_VERSION, kind, name, spec, namespace=namespace)
    made["metadata"]["finalizers"] = [FINALIZER]
    return made


def automatic(*, prune: bool, self_heal: bool) -> dict[str, Any]:
    """https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/."""
    return {
        "automated": {"prune": prune, "selfHeal": self_heal},
        "syncOptions": ["ServerSideApply=true"],
        "retry": {"limit": 5, "backoff": {"duration": "10s", "factor": 2, "maxDuration": "5m"}},
    }
