"""The bucket of traces, with key and access log."""

from typing import Final

from constructs import Construct

from config.derived import names
from config.environment import Environment
from modules.storage.addon_bucket import addon_bucket

NONCURRENT_VERSION_DAYS: Final = 1
"""Tempo joins blocks and deletes the former ones all the time; each is a noncurrent version."""


def trace_bucket(scope: Construct, environment: Environment) -> None:
    """Makes it.

    Tempo deletes traces after their retention. The lifecycle deletes what it has missed, for
    example after a time in which no Tempo ran.
    """
    settings = environment.platform.tracing
    addon_bucket(
        scope,
        "traces",
        environment,
        names.traces(environment),
        description=f"Traces of {environment.name}",
        access_log_days=settings.bucket.access_log_days,
        noncurrent_version_days=NONCURRENT_VERSION_DAYS,
        expiration_days=settings.expiration_days,
        force_destroy=settings.bucket.force_destroy,
    )
