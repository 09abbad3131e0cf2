"""Rules of copies of data between the regions of a platform."""

from collections.abc import Iterator
from typing import Final

from config.derived import replication
from config.environment import Environment
from config.problem import Problem
from rules.registration import rule

REPLICATION: Final = ("replication",)

VELERO: Final = (*REPLICATION, "velero")


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
