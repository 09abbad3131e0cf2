"""The bucket of reports, with key and access log."""

from typing import Final

from constructs import Construct

from config.derived import names
from config.environment import Environment
from modules.storage.addon_bucket import addon_bucket

NONCURRENT_VERSION_DAYS: Final = 30
"""A report that is made again replaces the former one."""


def report_bucket(scope: Construct, environment: Environment) -> None:
    """Makes it."""
    settings = environment.platform.reports.bucket
    addon_bucket(
        scope,
        "reports",
        environment,
        names.reports(environment),
        description=f"Reports of {environment.name}",
        access_log_days=settings.access_log_days,
        noncurrent_version_days=NONCURRENT_VERSION_DAYS,
        expiration_days=settings.retention_days,
        force_destroy=settings.force_destroy,
    )
