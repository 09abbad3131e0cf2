"""Rules of Velero's settings."""

from collections.abc import Iterator
from typing import Final

from config.derived import names
from config.environment import Environment
from config.problem import Path, Problem
from config.types.cron import CronError
from rules.account.state import log_bucket_name_fits, reserved_bucket_name
from rules.registration import rule

VELERO: Final[Path] = ("platform", "velero")


@rule("cluster", "platform")
def snapshots_can_be_taken(environment: Environment) -> Iterator[Problem]:
    """Snapshots need their controller and a class; only snapshots can be moved."""
    settings = environment.platform.velero
    if not settings.enabled:
        return
    if settings.move_snapshots and not settings.volume_snapshots:
        message = "requires volume_snapshots, which is false"
        yield Problem((*VELERO, "move_snapshots"), message, value=True)
    if not settings.volume_snapshots:
        return
    path = (*VELERO, "volume_snapshots")
    if not environment.cluster.addon("snapshot-controller").enabled:
        message = "needs cluster.addons.snapshot-controller, which is switched off"
        yield Problem(path, message, value=True)
    elif not environment.platform.storage_classes.enabled:
        message = "needs the class of platform.storage_classes, which is switched off"
        yield Problem(path, message, value=True)


@rule("name", "account", "region", "state", "platform")
def backup_bucket_is_not_the_state_bucket(environment: Environment) -> Iterator[Problem]:
    """The bucket is not that of the Terraform state, because Velero deletes unknown objects."""
    settings = environment.platform.velero
    bucket = names.backups(environment).bucket
    if settings.enabled and bucket == names.state_bucket(environment):
        yield Problem((*VELERO, "bucket", "name"), "is the bucket of the Terraform state", bucket)


@rule("name", "account", "region", "platform")
def backup_bucket_name_is_allowed(environment: Environment) -> Iterator[Problem]:
    """The bucket has no name that S3 reserves."""
    yield from reserved_bucket_name((*VELERO, "bucket", "name"), names.backups(environment).bucket)


@rule("name", "account", "region", "platform")
def backup_bucket_names_fit(environment: Environment) -> Iterator[Problem]:
    """The bucket's name leaves room for that of its log bucket."""
    if environment.platform.velero.enabled:
        path = (*VELERO, "bucket", "name")
        yield from log_bucket_name_fits(path, names.backups(environment))


@rule("platform")
def schedules_include_namespaces(environment: Environment) -> Iterator[Problem]:
    """A namespace is not both included and excluded."""
    for name, schedule in environment.platform.velero.schedules.items():
        for index, namespace in enumerate(schedule.excluded_namespaces or ()):
            if namespace in schedule.namespaces:
                path = (*VELERO, "schedules", name, "excluded_namespaces", index)
                yield Problem(path, "is also in namespaces", namespace)


@rule("platform")
def schedules_are_due(environment: Environment) -> Iterator[Problem]:
    """A schedule has a next run, and its alert fires only after the next backup is due."""
    settings = environment.platform.velero
    if not settings.enabled and "schedules" not in settings.model_fields_set:
        return
    for name, schedule in settings.schedules.items():
        path = (*VELERO, "schedules", name)
        try:
            interval = schedule.interval_hours
        except CronError as error:
            yield Problem((*path, "cron"), str(error), schedule.cron)
            continue
        hours = schedule.alert_after_hours
        if hours is not None and hours <= interval:
            message = (
                f"is over before the next backup, which may be {interval} hours after the last"
            )
            allowed = f"{interval + 1} or more"
            yield Problem((*path, "alert_after_hours"), message, hours, allowed)
