"""Prints the charts and images of environments."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from json import dumps
from typing import Any

import typer

from config.environment import Environment
from runner.errors import RunnerError
from runner.images.listing import listing
from runner.images.model import ListedChart, ListedImage, Listing
from runner.images.script import script_of


def print_images(environments: Sequence[Environment], *, json: bool, script: bool) -> int:
    """Prints the lists, or a script that copies what they name.

    Returns:
        The exit code: 1 where some images are not known; standard error says which.

    Raises:
        RunnerError: a script is wanted, and the settings name no registry to copy to, or there
            are several environments.
    """
    if script:
        _check(environments, json=json)
    found = [listing(environment) for environment in environments]
    if json:
        typer.echo(dumps({each.environment: as_json(each) for each in found}, indent=2))
    for each in found:
        if script:
            typer.echo(script_of(each), nl=False)
        elif not json:
            typer.echo("\n".join(_lines(each)))
        for release, reason in each.unknown.items():
            typer.echo(f"Images of {release} in {each.environment} not known: {reason}", err=True)
    return 1 if any(each.unknown for each in found) else 0


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
    return f"{image.image}{origin}  ({', '.join(image.used_by)})"
