"""Releases what an apply that was cut off left locked: states, and Helm releases."""

from collections.abc import Callable, Sequence

from runner.backend.location import Location
from runner.backend.state_lock import describe, find_locks, release_lock
from runner.helm_locks import connect_to_cluster_of, pending_releases
from runner.kubernetes.api import Kubernetes, KubernetesUnreachableError
from runner.manifest import Stack

Confirm = Callable[[str], bool]
Say = Callable[[str], None]


def unlock(stacks: Sequence[Stack], *, confirm: Confirm, say: Say) -> None:
    """Shows each lock, and releases it when that is confirmed.

    The releases of a stack whose state stays locked are left alone: its apply may be running.

    Raises:
        RunnerError: the credentials belong to another account.
        ClientError: AWS rejected a call.
    """
    Location.of(stacks[0]).require_account()
    found = [_unlock(stack, confirm, say) for stack in stacks]
    if not any(found):
        say("Nothing is locked.")


def _unlock(stack: Stack, confirm: Confirm, say: Say) -> bool:
    """Whether something of a stack was locked."""
    location = Location.of(stack)
    locks = {lock.id: lock for lock in find_locks(location)}
    for lock in locks.values():
        say(describe(location, lock))
        if not confirm("Release it? Only if that process does not run any more."):
            say(f"{stack.name} stays locked.")
            return True
        release_lock(location, lock)
        say("Released.")
    return _unlock_releases(stack, location, confirm, say) or bool(locks)


def _unlock_releases(stack: Stack, location: Location, confirm: Confirm, say: Say) -> bool:
    try:
        api = connect_to_cluster_of(stack, location)
    except KubernetesUnreachableError as error:
        unseen = f"So the Helm releases of {stack.name} were not looked at."
        say(f"{error} {unseen} {error.ways}".rstrip())
        return True
    if api is None:
        return False
    return _remove_pending(api, stack, confirm, say)


def _remove_pending(api: Kubernetes, stack: Stack, confirm: Confirm, say: Say) -> bool:
    pending = pending_releases(api, stack)
    for release in pending:
        say(f"Helm release {release}")
        if confirm(
            f"Remove the record of this revision (Secret {release.secret.name})? Only if no apply "
            "is running. What the release has installed stays, and the next apply continues."
        ):
            api.delete(release.secret)
            say("Removed.")
    return bool(pending)
