"""S3: the version that a delete marker is can be deleted."""

from moto.s3.models import FakeDeleteMarker


def dispose(_marker: FakeDeleteMarker, garbage: bool = False) -> None:
    """Returns up what a version holds: nothing, for a delete marker.

    moto asks every version for it that DeleteObjects names, and its delete markers do not answer.
    Each lock file of Terraform's S3 backend leaves one behind.
    """


def install() -> None:
    """Teaches it to moto's delete markers."""
    if not hasattr(FakeDeleteMarker, "dispose"):
        FakeDeleteMarker.dispose = dispose  # pyright: ignore[reportAttributeAccessIssue]
