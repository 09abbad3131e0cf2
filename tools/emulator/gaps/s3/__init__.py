"""S3: the sum of its gaps."""

from tools.emulator.gaps.s3 import (
    bucket_policies,
    configurations,
    delete_markers,
    encryption,
    events,
)


def install() -> None:
    """Adds them to moto."""
    for gap in (configurations, bucket_policies, delete_markers, encryption, events):
        gap.install()
