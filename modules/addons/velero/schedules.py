"""The names of an environment's schedules, which are in the names of their backups."""

from collections.abc import Mapping

from config.addons.velero import BackupSchedule
from config.derived import replication, routing
from config.environment import Environment


def named_schedules(environment: Environment) -> Mapping[str, BackupSchedule]:
    """The schedules by name, which ends with the region's code where backups are replicated.

    Velero names a backup after its schedule and time. It does not show a backup of the other region
    whose name it has already, makes none whose name the other region had first, and counts backups
    of one schedule together for the alerts.
    """
    schedules = environment.platform.velero.schedules
    if replication.backup_partner(environment) is None:
        return schedules
    return {f"{name}-{routing.code(environment)}": each for name, each in schedules.items()}
