"""The bucket of an add-on, with key and access log."""

from constructs import Construct

from config.derived.names import BucketNames
from config.environment import Environment
from modules.identity.kms import EncryptionKey
from modules.storage.access_log import access_log
from modules.storage.bucket import HardenedBucket


def addon_bucket(
    scope: Construct,
    id_: str,
    environment: Environment,
    names: BucketNames,
    *,
    description: str,
    access_log_days: int,
    noncurrent_version_days: int,
    force_destroy: bool,
    expiration_days: int | None = None,
    lock_days: int | None = None,
) -> None:
    """Makes key, bucket and access log, kept unless `force_destroy` is set.

    Args:
        id_: id of the bucket; the key is `<id>_key`.
        description: of the key.
        expiration_days: see `HardenedBucket`. `lock_days` likewise.
    """
    key = EncryptionKey(
        scope,
        f"{id_}_key",
        environment,
        alias=names.key_alias,
        description=description,
        prevent_destroy=not force_destroy,
    )
    bucket = HardenedBucket(
        scope,
        id_,
        environment,
        name=names.bucket,
        key=key,
        noncurrent_version_days=noncurrent_version_days,
        expiration_days=expiration_days,
        lock_days=lock_days,
        prevent_destroy=not force_destroy,
        force_destroy=force_destroy,
    )
    access_log(
        scope,
        id_,
        environment,
        bucket,
        names.log_bucket,
        expiration_days=access_log_days,
        noncurrent_version_days=noncurrent_version_days,
        prevent_destroy=not force_destroy,
        force_destroy=force_destroy,
    )
