"""Rules of copies of data between the regions of a platform."""

from collections.abc import Iterator
from typing import Final

from config.derived import replication
from config.environment import Environment
from config.problem import Problem
from rules.registration import rule

REPLICATION: Final = ("replication",)

VELERO: Final = (*REPLICATION, "velero")

EFS: Final = (*REPLICATION, "efs")


@rule("regions", "replication")
def replication_has_regions(environment: Environment) -> Iterator[Problem]:
    """There are two regions, one to copy from and one to copy to."""
    if "replication" not in environment.model_fields_set:
        return
    if not environment.regions:
        yield Problem(REPLICATION, "has no effect without `regions`")
    elif len(environment.regions) == 1:
        yield Problem(REPLICATION, "needs a second region in `regions`")
    elif replication.destination_region(environment) is None:
        source = replication.source_region(environment)
        others = [region for region in environment.regions if region != source]
        message = f"is needed: {len(others)} regions are not the source"
        yield Problem((*REPLICATION, "destination"), message, allowed=", ".join(others))


@rule("regions", "routing", "replication")
def replication_names_regions_that_exist(environment: Environment) -> Iterator[Problem]:
    """`source` and `destination` are two of the regions; those are of one partition."""
    settings = environment.replication
    if not environment.regions:
        return
    for key in ("source", "destination"):
        region = getattr(settings, key)
        if region is not None and region not in environment.regions:
            allowed = ", ".join(environment.regions)
            yield Problem((*REPLICATION, key), "is not in `regions`", region, allowed)
    source = replication.source_region(environment)
    if settings.destination is not None and settings.destination == source:
        message = "is the region that data is copied from"
        allowed = ", ".join(region for region in environment.regions if region != source)
        yield Problem((*REPLICATION, "destination"), message, settings.destination, allowed)


@rule("name", "regions", "routing", "replication", "platform")
def backups_can_be_restored_in_the_other_region(environment: Environment) -> Iterator[Problem]:
    """Copied backups have a Velero in both regions, and no snapshots: EBS keeps these in a region.

    https://docs.aws.amazon.com/ebs/latest/userguide/ebs-snapshots.html
    """
    if not (environment.replication.velero and replication.takes_part(environment)):
        return
    velero = environment.platform.velero
    if not velero.enabled:
        message = f"needs platform.velero.enabled, which is false in {environment.region}"
        yield Problem(VELERO, message, value=True)
    elif velero.volume_snapshots and not velero.move_snapshots:
        message = (
            "is false: snapshots of volumes stay in their region, so that a backup that is "
            "replicated (replication.velero) restores without them"
        )
        allowed = "true, or volume_snapshots: false"
        path = ("platform", "velero", "move_snapshots")
        yield Problem(path, message, value=False, allowed=allowed, involved=(VELERO,))


@rule("regions", "routing", "replication", "state", "backup", "region", severity="warning")
def copies_survive_their_region(environment: Environment) -> Iterator[Problem]:
    """States and backups have copies in another region, where the platform's data has."""
    ends = (replication.is_source(environment), replication.is_destination(environment))
    if "replication" not in environment.model_fields_set or not any(ends):
        return
    others = ", ".join(each for each in environment.regions if each != environment.region)
    lost = f"is not set: what {environment.region} has of it is lost with the region"
    if environment.state.replica_region is None:
        path = ("state", "replica_region")
        yield Problem(path, lost, allowed=others, involved=(("state",), REPLICATION))
    if environment.backup.enabled and environment.backup.copy_region is None:
        path = ("backup", "copy_region")
        yield Problem(path, lost, allowed=others, involved=(("backup",), REPLICATION))


@rule("regions", "routing", "replication", "cluster")
def replicated_files_outlive_clusters(environment: Environment) -> Iterator[Problem]:
    """The shared file system is in the data stack of both regions.

    A stack of the source needs one of the destination, and clusters need neither to be made anew.
    """
    if not (environment.replication.efs and replication.takes_part(environment)):
        return
    efs = environment.cluster.efs
    if not efs.enabled:
        message = f"needs cluster.efs.enabled, which is false in {environment.region}"
        yield Problem(EFS, message, value=True)
    elif efs.stack != "data":
        message = (
            "is not data, which replication.efs needs; to move an existing one: "
            "docs/shared-files.md"
        )
        path = ("cluster", "efs", "stack")
        yield Problem(path, message, efs.stack, "data", involved=(EFS,))


@rule("regions", "routing", "replication", "cluster", severity="warning")
def replicated_files_are_found(environment: Environment) -> Iterator[Problem]:
    """Access points, which volumes of a storage class are, are in one region only."""
    efs = environment.cluster.efs
    copied = environment.replication.efs and replication.takes_part(environment)
    if copied and efs.enabled and not efs.volumes:
        message = (
            "replicates files that no claim of the destination finds: "
            "only volumes of cluster.efs.volumes are in both regions"
        )
        yield Problem(EFS, message, value=True)


@rule("regions", "routing", "replication", severity="warning")
def direction_of_files_is_written(environment: Environment) -> Iterator[Problem]:
    """A change of the direction ends the replication of files: it follows no other setting."""
    settings = environment.replication
    if environment.regions and settings.efs and settings.source is None:
        message = (
            f"follows routing.primary, now {replication.source_region(environment)}: a change of "
            "that would end the replication of files"
        )
        yield Problem((*REPLICATION, "source"), message, involved=(EFS,))
