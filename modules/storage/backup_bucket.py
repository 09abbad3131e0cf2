"""The bucket of Velero's backups, with key and access log."""

from constructs import Construct

from config.derived import names
from config.environment import Environment
from modules.identity.kms import EncryptionKey
from modules.storage.access_log import access_log
from modules.storage.bucket import HardenedBucket


def backup_bucket(scope: Construct, environment: Environment) -> None:
    """Makes key, bucket and access log, kept unless `force_destroy` is set.

    Velero deletes expired backups.
    """
    settings = environment.platform.velero.bucket
    protected = not settings.force_destroy
    key = EncryptionKey(
        scope,
        "velero_key",
        environment,
        alias=names.backup_key_alias(environment),
        description=f"Backups of {environment.name}",
        prevent_destroy=protected,
    )
    bucket = HardenedBucket(
        scope,
        "velero",
        environment,
        name=names.backup_bucket(environment),
        key=key,
        noncurrent_version_days=settings.noncurrent_version_days,
        lock_days=settings.lock_days,
        prevent_destroy=protected,
        force_destroy=settings.force_destroy,
    )
    access_log(
        scope,
        "velero",
        environment,
        bucket,
        names.backup_log_bucket(environment),
        expiration_days=settings.access_log_days,
        noncurrent_version_days=settings.noncurrent_version_days,
        prevent_destroy=protected,
        force_destroy=settings.force_destroy,
    )
