"""Members of a team and Argo CD on their behalf, as the Kubernetes API sees them."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import Any, Final

from config.sections.teams import Role
from tools.kubernetes import Client, Cluster, KubernetesError
from tools.standins.cluster_charts import open_crd

TEAM: Final = "sample"
NAMESPACE: Final = TEAM
"""The team that the fixture `platform` adds to dev, and its namespace."""

RBAC: Final = "rbac.authorization.k8s.io"
CONTROLLER: Final = "argocd-application-controller"

SECONDS: Final = 60


class Kubectl:
    """kubectl in the team's namespace, as someone."""

    def __init__(self, cluster: Cluster, *who: str) -> None:
        self._cluster, self._who = cluster, (f"--namespace={NAMESPACE}", *who)

    def check(self, *arguments: str, stdin: str = "") -> str:
        """Runs it; it has to succeed."""
        done = self._cluster.kubectl(*arguments, *self._who, stdin=stdin)
        assert done.returncode == 0, done.stderr
        return done.stdout


class Member(Kubectl):
    """A member of the team.

    Attributes:
        api: a client whose requests are this member's.
    """

    def __init__(self, cluster: Cluster, client: Client, group: str) -> None:
        super().__init__(cluster, f"--as={TEAM}-developer", f"--as-group={group}")
        self.api = client.impersonating(f"{TEAM}-developer", group)

    def may(self, verb: str, resource: str, namespace: str = NAMESPACE) -> bool:
        """Whether the API would let them."""
        plural, _, group = resource.partition(".")
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "metadata": {},
            "spec": {
                "resourceAttributes": {
                    "verb": verb,
                    "group": group,
                    "resource": plural,
                    "namespace": namespace,
                }
            },
        }
        return bool(self.api.create(review)["status"]["allowed"])


class ArgoCd(Kubectl):
    """Argo CD's application controller.

    Attributes:
        api: a client whose requests are the controller's.
    """

    def __init__(self, cluster: Cluster, client: Client, namespace: str) -> None:
        user = f"system:serviceaccount:{namespace}:{CONTROLLER}"
        super().__init__(cluster, f"--as={user}")
        groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}")
        self.api = client.impersonating(user, *groups)


def as_group(client: Client, role: Role) -> Client:
    """A client of a member with a role."""
    return client.impersonating(f"{TEAM}-developer", f"{TEAM}-{role}")


def object_(api_version: str, kind: str, **content: Any) -> dict[str, Any]:
    """An object in the team's namespace."""
    metadata = {"name": "attack", "namespace": NAMESPACE, **content.pop("metadata", {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **content}


def refusal(api: Client, manifest: Mapping[str, Any]) -> str:
    """What the API says to a new object, which is not stored; empty where it would be."""
    type_ = api.type_of(manifest["apiVersion"], manifest["kind"])
    collection = type_.collection(manifest["metadata"]["namespace"])
    try:
        api.request("POST", collection, manifest, dryRun="All", fieldValidation="Strict")
    except KubernetesError as error:
        return str(error)
    return ""


def permitted(project: Mapping[str, Any], manifest: Mapping[str, Any]) -> bool:
    """Whether Argo CD would deploy an object of an Application of a project into this cluster.

    Source: https://argo-cd.readthedocs.io/en/stable/operator-manual/project-specification/
    """
    spec = project["spec"]
    group, kind = manifest["apiVersion"].rpartition("/")[0], manifest["kind"]
    namespace = manifest["metadata"].get("namespace")

    def listed(entries: list[dict[str, str]]) -> bool:
        return any(fnmatchcase(group, e["group"]) and fnmatchcase(kind, e["kind"]) for e in entries)

    if namespace is None:
        return listed(spec.get("clusterResourceWhitelist") or [])
    destined = any(
        fnmatchcase("in-cluster", each.get("name", ""))
        and fnmatchcase(namespace, each["namespace"])
        for each in spec.get("destinations") or []
    )
    allowed = spec.get("namespaceResourceWhitelist")
    return (
        destined
        and (allowed is None or listed(allowed))
        and not listed(spec.get("namespaceResourceBlacklist") or [])
    )


@contextmanager
def all_rights(client: Client, namespace: str) -> Iterator[None]:
    """Binds Argo CD's application controller to all rights in the cluster, as its chart does."""
    binding = {
        "apiVersion": f"{RBAC}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "tests-argo-cd"},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"kind": "ServiceAccount", "name": CONTROLLER, "namespace": namespace}],
    }
    try:
        # A request whose answer is lost has made it all the same.
        client.create(binding)
        yield
    finally:
        client.delete(binding)


@contextmanager
def aggregated(client: Client, *groups: str) -> Iterator[None]:
    """Adds API groups to the roles `edit` and `admin`, as charts do for those of their CRDs."""
    labels = {f"{RBAC}/aggregate-to-{role}": "true" for role in ("edit", "admin")}
    rule = {"apiGroups": [*groups], "resources": ["*"], "verbs": ["*"]}
    role = {
        "apiVersion": f"{RBAC}/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "tests-aggregated", "labels": labels},
        "rules": [rule],
    }
    client.create(role)

    def done() -> bool:
        edit = client.get(f"{RBAC}/v1", "ClusterRole", "edit") or {}
        return groups[0] in json.dumps(edit.get("rules"))

    client.wait_until(done, SECONDS, lambda: "the role edit has no more rules")
    yield
    client.delete(role)


@contextmanager
def kinds(client: Client, *wanted: tuple[str, str]) -> Iterator[None]:
    """Adds kinds that the cluster lacks, whose objects may have any field."""
    made: list[dict[str, Any]] = []
    for api_version, kind in wanted:
        try:
            client.type_of(api_version, kind)
        except KubernetesError:
            made.append(client.create(open_crd(api_version, kind, namespaced=True)))

    def known() -> bool:
        try:
            return all(client.type_of(*each) for each in wanted)
        except KubernetesError:
            return False

    client.wait_until(known, SECONDS, lambda: "the API does not have all kinds")
    yield
    for crd in made:
        client.delete(crd, seconds=SECONDS)
