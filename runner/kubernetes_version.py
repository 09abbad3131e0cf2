"""Compares the Kubernetes version that a plan or an apply asks for with that of the cluster.

EKS answers an impossible step in the middle of an apply, after other stacks have changed. Here the
version in the state is compared before the first stack.
"""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from config import versions
from runner.backend.location import Location
from runner.backend.remote_state import read_state
from runner.errors import RunnerError
from runner.manifest import Stack


def version_warnings(stack: Stack, location: Location) -> Iterator[str]:
    """What is to be known before the clusters of a stack get the configured Kubernetes version.

    Args:
        stack: the stack.
        location: the state backend of its environment.

    Raises:
        RunnerError: EKS would refuse the step.
    """
    wanted: dict[str, dict[str, Any]] = stack.document.get("resource", {}).get(
        "aws_eks_cluster", {}
    )
    if not wanted:
        return
    state = read_state(location, stack.backend["key"])
    for id_, cluster in wanted.items():
        target: str = cluster["version"]
        known = state.resources.get(f"aws_eks_cluster.{id_}") if state else None
        if known is None:
            yield from _new(cluster["name"], target)
        elif known["version"] != target:
            current = _running(known["name"], location) or known["version"]
            yield from _step(known["name"], current, target)


def _new(name: str, target: str) -> Iterator[str]:
    entry = versions.table().kubernetes.get(target)
    if entry is not None and entry.upgrades_only:
        newest = versions.minors()[-1]
        yield (
            f"Warning: {name} does not exist yet and would be created with Kubernetes {target}, "
            "which config/versions.yaml has for upgrades only: its standard support ends on "
            f'{entry.standard_support_ends}. Set cluster.version to "{newest}".'
        )


def _step(name: str, current: str, target: str) -> Iterator[str]:
    step = versions.number(target)[1] - versions.number(current)[1]
    if step in {0, 1}:
        return
    if step == -1:
        yield _rollback(name, current, target)
        return
    refusal = f"Unsupported Kubernetes minor version update from {current} to {target}"
    nearest = _beside(current, 1 if step > 0 else -1)
    how = (
        f'EKS upgrades by one minor at a time: set cluster.version to "{nearest}", apply, then '
        "go on."
        if step > 0
        else f"EKS rolls back by one minor, here to {nearest}, within 7 days of an upgrade. "
        f'Set cluster.version to "{current}".'
    )
    raise RunnerError(f"{refusal}: {name} runs {current}. {how} Nothing was done.")


def _rollback(name: str, current: str, target: str) -> str:
    return (
        f"Warning: this would roll {name} back from Kubernetes {current} to {target}. EKS allows "
        f"it within 7 days of the upgrade to {current}, if the cluster was not created with "
        f"{current} and not upgraded by EKS at the end of support; nodes and add-ons first, since "
        f'nodes may not be newer than the control plane. Otherwise it answers "Unsupported '
        f'Kubernetes minor version update from {current} to {target}". The order is in '
        "docs/upgrades.md, Rolling back an upgrade."
    )


def _running(name: str, location: Location) -> str | None:
    """The version that EKS says; None where the credentials may not ask, or it is gone.

    The state is older than the cluster where EKS upgraded it at the end of its support, or it was
    upgraded with another tool.
    """
    try:
        return location.client("eks").describe_cluster(name=name)["cluster"]["version"]
    except (BotoCoreError, ClientError):
        return None


def _beside(minor: str, step: int) -> str:
    major, number = versions.number(minor)
    return f"{major}.{number + step}"
