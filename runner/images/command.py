"""Prints the charts and images of environments."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from json import dumps
from pathlib import Path
from typing import Any

import typer

from config.environment import Environment
from rules.load import ENVIRONMENTS
from runner.errors import RunnerError
from runner.images.digests import record_digests, recorded_digests
from runner.images.listing import listing
from runner.images.model import ListedChart, ListedImage, Listing
from runner.images.script import script_of


def print_images(
    environments: Sequence[Environment],
    *,
    json: bool,
    script: bool,
    record: bool = False,
    folder: Path = ENVIRONMENTS,
) -> int:
    """Prints the lists, or a script that copies what they name.

    Args:
        environments: the environments.
        json: print JSON.
        script: print the script.
        record: ask the registries for the digests of images that have none, and record them.
        folder: where the file with the digests is.

    Returns:
        The exit code: 1 where some images or, with `record`, digests are not known; standard error
        says which.

    Raises:
        RunnerError: a script is wanted, and the settings name no registry to copy to, or there
            are several environments.
    """
    if script:
        _check(environments, json=json)
    digests = recorded_digests(folder)
    found = [listing(environment, digests) for environment in environments]
    failed = False
    if record:
        sources = {image.source for each in found for image in each.images}
        result = record_digests(sources, folder)
        for problem in result.problems:
            typer.echo(problem, err=True)
        typer.echo(f"{result.added} digests of images added to {result.file}.", err=True)
        failed = bool(result.problems)
        found = [_with(each, recorded_digests(folder)) for each in found]
    if json:
        typer.echo(dumps({each.environment: as_json(each) for each in found}, indent=2))
    for each in found:
        if script:
            typer.echo(script_of(each), nl=False)
        elif not json:
            typer.echo("\n".join(_lines(each)))
        for release, reason in each.unknown.items():
            typer.echo(f"Images of {release} in {each.environment} not known: {reason}", err=True)
    return 1 if failed or any(each.unknown for each in found) else 0


def _with(found: Listing, digests: Mapping[str, str]) -> Listing:
    images = (replace(each, recorded=digests.get(each.source)) for each in found.images)
    return replace(found, images=tuple(images))


def as_json(found: Listing) -> dict[str, Any]:
    """A list as plain data."""
    return {
        "charts": [asdict(chart) for chart in found.charts],
        "images": [{**asdict(image), "digest": image.digest} for image in found.images],
        "unknown": dict(found.unknown),
        "image_registry": found.image_registry,
        "mirror": found.mirror,
        "elsewhere": [image.image for image in found.elsewhere()],
    }


def _check(environments: Sequence[Environment], *, json: bool) -> None:
    if json:
        raise RunnerError("--json and --script exclude each other.", 2)
    if len(environments) > 1:
        names = ", ".join(each.name for each in environments)
        raise RunnerError(f"A script is for one environment. Name one of {names}.", 2)
    charts = environments[0].platform.charts
    if charts.image_registry is None and charts.mirror is None:
        raise RunnerError(
            "platform.charts.image_registry and platform.charts.mirror are not set: they say "
            "where the script copies images and charts to, for example "
            "image_registry: registry.example.",
            2,
        )


def _lines(found: Listing) -> Iterator[str]:
    yield f"Charts of {found.environment} ({len(found.charts)}), from their repositories:"
    yield from (f"  {_chart(chart)}" for chart in found.charts)
    yield f"Images of {found.environment} ({len(found.images)}):"
    yield from (f"  {_image(image)}" for image in found.images)
    if elsewhere := found.elsewhere():
        yield f"Not from {found.image_registry} ({len(elsewhere)}):"
        yield from (f"  {image.image}" for image in elsewhere)


def _chart(chart: ListedChart) -> str:
    digest = f"sha256:{chart.digest} by {chart.digest_from}" if chart.digest else "digest not known"
    origin = chart.repository
    if chart.installed_from != chart.repository:
        origin = f"{chart.installed_from} (of {chart.repository})"
    return f"{chart.name} {chart.version}  {origin}  {digest}"


def _image(image: ListedImage) -> str:
    origin = "" if image.source == image.image else f"  of {image.source}"
    digest = f"  {image.recorded}" if image.recorded else ""
    return f"{image.image}{origin}{digest}  ({', '.join(image.used_by)})"
