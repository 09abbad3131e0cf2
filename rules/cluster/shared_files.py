"""Rules of the volumes in the shared file system."""

from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.problem import Path, Problem
from rules.registration import rule

EFS: Final[Path] = ("cluster", "efs")


@rule("cluster")
def volumes_have_a_file_system(environment: Environment) -> Iterator[Problem]:
    """Volumes are in a file system of the data stack."""
    efs = environment.cluster.efs
    path = (*EFS, "volumes")
    if not efs.volumes:
        return
    if not efs.enabled:
        message = "needs cluster.efs.enabled, which is false"
        yield Problem(path, message, value=", ".join(efs.volumes))
    elif efs.stack != "data":
        message = "needs cluster.efs.stack: data"
        yield Problem(path, message, value=", ".join(efs.volumes))


@rule("cluster")
def claims_have_one_volume(environment: Environment) -> Iterator[Problem]:
    """Kubernetes binds a claim to one volume."""
    taken: dict[tuple[str, str], str] = {}
    for name, volume in environment.cluster.efs.volumes.items():
        claim = (volume.namespace, volume.claim or name)
        if claim in taken:
            message = f"is also the claim of the volume {taken[claim]}"
            yield Problem((*EFS, "volumes", name), message, "/".join(claim))
        taken.setdefault(claim, name)
