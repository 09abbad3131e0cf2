"""Deletes what controllers made, in passes: what is in use goes in a later one."""

import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from runner.destroy import compute, guardduty, load_balancing, logs, networking, storage
from runner.destroy.leftover import Leftover, LeftoverKind, is_denied, is_gone
from runner.destroy.target import Target
from runner.destroy.waiting import Waits

ALL: Final = (
    compute.INSTANCES,
    load_balancing.LOAD_BALANCERS,
    load_balancing.TARGET_GROUPS,
    networking.INTERFACES,
    networking.SECURITY_GROUPS,
    storage.VOLUMES,
    storage.SNAPSHOTS,
    compute.LAUNCH_TEMPLATES,
    compute.INSTANCE_PROFILES,
    guardduty.ENDPOINTS,
    guardduty.GROUPS,
    logs.LOG_GROUPS,
)
"""In the order of removal."""

OF_CONTROLLERS: Final = (
    load_balancing.LOAD_BALANCERS,
    load_balancing.TARGET_GROUPS,
    networking.SECURITY_GROUPS,
)
"""What the AWS Load Balancer Controller made; removed when it is gone."""

OF_CLUSTER: Final = tuple(
    kind for kind in ALL if kind not in (guardduty.ENDPOINTS, guardduty.GROUPS)
)
"""Removed when the cluster is gone."""

OF_NETWORK: Final = (
    networking.INTERFACES,
    networking.SECURITY_GROUPS,
    guardduty.ENDPOINTS,
    guardduty.GROUPS,
)
"""What would keep the VPC from being deleted."""


@dataclass
class Swept:
    """What a sweep did.

    Attributes:
        removed: what it deleted: kind and id.
        stuck: what AWS did not delete in time, with its reason.
    """

    removed: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    stuck: list[str] = field(default_factory=list[str])


def sweep(
    target: Target, kinds: Sequence[LeftoverKind], waits: Waits, say: Callable[[str], None]
) -> Swept:
    """Deletes all leftovers of some kinds but those that are kept."""
    done, end = Swept(), time.monotonic() + waits.sweep
    refused: dict[tuple[str, str], str] = {}
    while True:
        left: dict[tuple[str, str], str] = {}
        denied = False
        for kind in kinds:
            for found in [each for each in kind.find(target) if not each.kept]:
                key = (kind.title, found.id)
                try:
                    kind.remove(target, found)
                except ClientError as error:
                    if not is_gone(error):
                        left[key] = f"{kind.title} {found}: {error.response['Error']['Message']}"
                        denied |= is_denied(error)
                        continue
                if key not in done.removed:
                    say(f"  Deleted: {kind.title} {found}")
                    done.removed.append(key)
        for key in left.keys() - refused.keys():
            say(f"  Waiting: {left[key]}")
        refused = left
        if not left or denied or time.monotonic() > end:
            done.stuck = sorted(left.values())
            return done
        time.sleep(waits.poll)


def kept(target: Target) -> list[tuple[LeftoverKind, Leftover]]:
    """What a sweep leaves on purpose."""
    return [(kind, found) for kind in ALL for found in kind.find(target) if found.kept]


@contextmanager
def sweeping_interfaces(target: Target, waits: Waits, say: Callable[[str], None]):
    """Deletes interfaces that machines leave while Terraform destroys node groups and the network.

    Terraform waits up to 15 minutes for a security group that such an interface uses. An interface
    counts as left when two looks in a row find it unattached: the CNI attaches a new one at once.
    """
    end = Event()

    def run() -> None:
        seen: set[str] = set()
        while not end.wait(waits.poll):
            try:
                found = list(networking.interfaces(target))
                for interface in found:
                    if interface.id in seen:
                        networking.INTERFACES.remove(target, interface)
                        say(f"  Deleted: network interface {interface}")
                seen = {interface.id for interface in found}
            except (ClientError, BotoCoreError):
                continue  # the sweep after Terraform reports what stays

    thread = Thread(target=run, name="interfaces", daemon=True)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()
