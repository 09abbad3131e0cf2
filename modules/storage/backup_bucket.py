"""The bucket of Velero's backups, with key and access log."""

from constructs import Construct

from config.derived import names
from config.environment import Environment
from modules.storage.addon_bucket import addon_bucket


def backup_bucket(scope: Construct, environment: Environment) -> None:
    """Makes it. Velero deletes expired backups."""
    settings = environment.platform.velero.bucket
    addon_bucket(
        scope,
        "velero",
        environment,
        names.backups(environment),
        description=f"Backups of {environment.name}",
        access_log_days=settings.access_log_days,
        noncurrent_version_days=settings.noncurrent_version_days,
        lock_days=settings.lock_days,
        force_destroy=settings.force_destroy,
    )
