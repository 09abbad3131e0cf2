"""Makes the report of the last week or month: `python -m report weekly`.

It reads `settings.json` of the folder in REPORT_SETTINGS. The exit code is not zero where the
report could not be stored or announced; a query that failed is in the report itself.
"""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from .announcement import AnnouncementError, announce
from .aws import Bucket, StorageError, credentials
from .page import Report, page
from .period import Period, last_period
from .pictures import pictures
from .prometheus import reader
from .sections import missing_hours, sections
from .settings import ProgramSettings, read_settings
from .sheet import csv_text

HTML = "text/html; charset=utf-8"
CSV = "text/csv; charset=utf-8"


def made(settings: ProgramSettings, period: Period, now: datetime) -> Report:
    """Reads all that is in the report."""
    read = reader(settings.prometheus, period)
    return Report(
        environment=settings.environment,
        cluster=settings.cluster,
        region=settings.region,
        period=period,
        made=now,
        sections=tuple(sections(read, settings)),
        missing_hours=missing_hours(read, period),
        left_out=settings.left_out,
        pictures=pictures(settings, period),
    )


def files(report: Report) -> dict[str, tuple[bytes, str]]:
    """The files of a report by name, with their content types."""
    tables = [table for section in report.sections for table in section.tables]
    zone = report.period.zone
    return {
        **{f"{each.name}.csv": (csv_text(each, zone).encode(), CSV) for each in tables},
        "report.html": (page(report).encode(), HTML),
    }


def main(kind: str, now: datetime) -> None:
    """Makes, stores and announces a report."""
    settings = read_settings(Path(os.environ["REPORT_SETTINGS"], "settings.json"))
    period = last_period(kind, now, ZoneInfo(settings.time_zone))
    report = made(settings, period, now)
    folder = f"{settings.prefix}/{period.folder}"
    role = credentials(settings.sts)
    bucket = Bucket(settings.s3, settings.region, settings.bucket, role)
    for name, (content, content_type) in files(report).items():
        bucket.put(f"{folder}/{name}", content, content_type)
    print(f"s3://{settings.bucket}/{folder}/report.html")
    problems = [f"{each.name}: {each.problem}" for each in report.sections if each.problem]
    for problem in problems:
        print(problem, file=sys.stderr)
    if settings.alertmanager:
        failed = [each.name for each in report.sections if each.problem]
        namespace = os.environ["REPORT_NAMESPACE"]
        announce(settings, period, f"{folder}/report.html", failed, now, namespace)


if __name__ == "__main__":
    try:
        main(sys.argv[1], datetime.now(UTC))
    except (StorageError, AnnouncementError) as problem:
        sys.exit(f"Error: {problem}")
