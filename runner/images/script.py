"""A shell script that copies charts and images to a private registry, with crane and Helm."""

from collections.abc import Iterator
from shlex import quote

from config import versions
from runner.charts.repository import OCI
from runner.images.model import ListedChart, ListedImage, Listing


def script_of(found: Listing) -> str:
    """The script. It stops at the first copy that fails, and can be run again.

    `crane copy` copies an image with all its platforms and keeps its digest. It fails where a
    registry has no image with a recorded digest any more. Charts from an
    https:// repository are fetched and pushed by Helm.

    Args:
        found: the charts and images of an environment with `image_registry` or `mirror`.
    """
    return "".join(f"{line}\n" for line in (*_head(found), *_images(found), *_charts(found)))


def _head(found: Listing) -> Iterator[str]:
    yield "#!/bin/sh"
    yield f"# Copies the charts and images of {found.environment} to its registry."
    yield "# Needs crane (go-containerregistry) and, for charts, Helm and sha256sum. Log in first:"
    yield "# crane auth login, helm registry login. ECR wants a repository for each name before."
    for release, reason in found.unknown.items():
        yield _comment(f"INCOMPLETE: images of {release}: {reason}")
    yield "set -eu"


def _comment(text: str) -> str:
    """A comment of one line, whatever the text has."""
    return f"# {' '.join(text.split())}"


def _images(found: Listing) -> Iterator[str]:
    if found.image_registry is None:
        yield "# platform.charts.image_registry is not set: no images are copied."
        return
    elsewhere = found.elsewhere()
    for image in elsewhere:
        yield _comment(f"Not below {found.image_registry}: {image.image}")
    yield from dict.fromkeys(_copy(image) for image in found.images if image not in elsewhere)


def _copy(image: ListedImage) -> str:
    return f"crane copy {quote(_pinned(image))} {quote(_tagged(image.image))}"


def _pinned(image: ListedImage) -> str:
    """What to copy: the recorded digest, where the tag could have been moved since."""
    if image.recorded is None or "@" in image.source:
        return image.source
    return f"{image.source}@{image.recorded}"


def _tagged(name: str) -> str:
    """Where to push to: to the tag, where a name has both, which keeps the digest too."""
    before, _, _ = name.partition("@")
    return before if ":" in before.rpartition("/")[2] else name


def _charts(found: Listing) -> Iterator[str]:
    mirror = found.mirror
    if mirror is None:
        yield "# platform.charts.mirror is not set: no charts are copied."
        return
    if not mirror.startswith(OCI):
        yield _comment(f"{mirror} is no OCI registry: Helm cannot push charts to it.")
        return
    yield 'folder="$(mktemp -d)"'
    yield "trap 'rm -rf \"$folder\"' EXIT"
    for chart in found.charts:
        yield from _chart(chart, mirror.rstrip("/"))


def _chart(chart: ListedChart, mirror: str) -> Iterator[str]:
    is_made = versions.bundle_of(chart.name) is not None
    if chart.remote_schemas != 0 or is_made:
        why = "has no archive here" if chart.remote_schemas is None else "refers to the internet"
        why = "is in no repository" if is_made else why
        yield (
            f"echo {quote(f'{chart.name} {chart.version} {why}: push the archive that')} "
            "'`make fetch-charts` writes (docs/charts.md)' >&2"
        )
        return
    archive = f'"$folder"/{quote(f"{chart.name}-{chart.version}.tgz")}'
    version = f'--version {quote(chart.version)} --destination "$folder"'
    if chart.repository.startswith(OCI):
        yield f"helm pull {quote(f'{chart.repository}/{chart.name}')} {version}"
    else:
        yield f"helm pull {quote(chart.name)} --repo {quote(chart.repository)} {version}"
    if chart.digest is not None:
        yield f'printf "%s  %s\\n" {chart.digest} {archive} | sha256sum --check'
    yield f"helm push {archive} {quote(mirror)}"
