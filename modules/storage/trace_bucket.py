"""The bucket of traces, with key and access log."""

from typing import Final

from constructs import Construct

from config.derived import names
from config.environment import Environment
from modules.identity.kms import EncryptionKey
from modules.storage.access_log import access_log
from modules.storage.bucket import HardenedBucket

NONCURRENT_VERSION_DAYS: Final = 1
"""Tempo joins blocks and deletes the former ones all the time; each is a noncurrent version."""


def trace_bucket(scope: Construct, environment: Environment) -> None:
    """Makes key, bucket and access log, kept unless `force_destroy` is set.

    Tempo deletes traces after their retention. The lifecycle deletes what it has missed, for
    example after a time in which no Tempo ran.
    """
    settings = environment.platform.tracing.bucket
    protected = not settings.force_destroy
    key = EncryptionKey(
        scope,
        "traces_key",
        environment,
        alias=names.trace_key_alias(environment),
        description=f"Traces of {environment.name}",
        prevent_destroy=protected,
    )
    bucket = HardenedBucket(
        scope,
        "traces",
        environment,
        name=names.trace_bucket(environment),
        key=key,
        noncurrent_version_days=NONCURRENT_VERSION_DAYS,
        expiration_days=environment.platform.tracing.expiration_days,
        prevent_destroy=protected,
        force_destroy=settings.force_destroy,
    )
    access_log(
        scope,
        "traces",
        environment,
        bucket,
        names.trace_log_bucket(environment),
        expiration_days=settings.access_log_days,
        noncurrent_version_days=NONCURRENT_VERSION_DAYS,
        prevent_destroy=protected,
        force_destroy=settings.force_destroy,
    )
