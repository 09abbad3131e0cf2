"""Finds Helm releases that an interrupted apply left locked.

Helm records each revision of a release in a Secret whose label says its status. A revision that is
`pending-install`, `pending-upgrade` or `pending-rollback` locks the release: each further apply
fails with `another operation (install/upgrade/rollback) is in progress` or `cannot re-use a name
that is still in use`. Without the Secret of that revision, the next apply takes over what is there.

Source: https://github.com/helm/helm/blob/main/pkg/storage/driver/secrets.go
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from runner.backend.location import Location
from runner.errors import RunnerError
from runner.kubernetes import kinds
from runner.kubernetes.api import Kubernetes, KubernetesUnreachableError, Object
from runner.kubernetes.connection import cluster_read_by, connect_to
from runner.manifest import Stack

_STATES: Final = ("pending-install", "pending-upgrade", "pending-rollback")
_SELECTOR: Final = f"owner=helm,status in ({','.join(_STATES)})"
_DEFAULT_NAMESPACE: Final = "default"


@dataclass(frozen=True)
class PendingRelease:
    """A release that is locked.

    Attributes:
        secret: of the pending revision.
    """

    secret: Object

    @property
    def name(self) -> str:
        """The release's name."""
        return self.secret.metadata["labels"]["name"]

    @property
    def namespace(self) -> str:
        """The release's namespace."""
        return self.secret.namespace

    def __str__(self) -> str:
        labels = self.secret.metadata["labels"]
        changed = labels.get("modifiedAt") or labels.get("createdAt")
        since = (
            datetime.fromtimestamp(int(changed), UTC).isoformat(timespec="seconds")
            if changed
            else self.secret.metadata.get("creationTimestamp", "an unknown time")
        )
        return (
            f"{self.namespace}/{self.name}: revision {labels.get('version', '?')} is "
            f"{labels['status']} since {since}"
        )


def releases_of(stack: Stack) -> set[tuple[str, str]]:
    """Namespace and name of each Helm release of a stack, as far as they are known at synth."""
    made = stack.document.get("resource", {}).get("helm_release", {})
    return {
        (release.get("namespace", _DEFAULT_NAMESPACE), release["name"]) for release in made.values()
    }


def connect_to_cluster_of(stack: Stack, location: Location) -> Kubernetes | None:
    """Connects to the cluster of a stack's releases; None if there is none.

    Raises:
        KubernetesUnreachableError: the API does not answer, or refuses the credentials.
    """
    cluster = cluster_read_by(stack) if releases_of(stack) else None
    return None if cluster is None else connect_to(location, *cluster)


def pending_releases(api: Kubernetes, stack: Stack) -> list[PendingRelease]:
    """The locked releases of a stack; those of other people are not this project's."""
    found = map(PendingRelease, api.list(kinds.SECRET, _SELECTOR))
    own = releases_of(stack)
    return sorted((each for each in found if (each.namespace, each.name) in own), key=str)


def note_pending_releases(stack: Stack, location: Location, say: Callable[[str], None]) -> None:
    """Says before a plan which releases are locked; the plan itself does not show it."""
    for found in _found(stack, location):
        say(f"Locked release: {found}. An apply fails until `make unlock` has removed the lock.")


def require_no_pending_releases(stack: Stack, location: Location) -> None:
    """Checks before an apply that no release is locked.

    Raises:
        RunnerError: one is.
    """
    found = _found(stack, location)
    if found:
        listing = "\n".join(f"  {each}" for each in found)
        raise RunnerError(
            f"Helm releases of {stack.name} are locked by an apply that was cut off:\n{listing}\n"
            "Make sure that no other apply is running, and run "
            f"`make unlock ENV={stack.environment}`. The next apply then takes over what is there."
        )


def _found(stack: Stack, location: Location) -> list[PendingRelease]:
    try:
        api = connect_to_cluster_of(stack, location)
    except KubernetesUnreachableError:
        return []  # the runner has said so, or Terraform does
    return [] if api is None else pending_releases(api, stack)
