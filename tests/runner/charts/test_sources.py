"""What Terraform downloads for a stack is said before it does."""

import json
from pathlib import Path
from typing import Any

from runner.charts.sources import downloads
from runner.manifest import Stack


def stack(folder: Path, releases: dict[str, Any]) -> Stack:
    document = {"resource": {"helm_release": releases} if releases else {}}
    (folder / "cdk.tf.json").write_text(json.dumps(document))
    return Stack("dev-platform", folder, ())


def test_chart_repositories_are_named_once(tmp_path: Path) -> None:
    one, two = "https://one.example", "oci://two.example/charts"
    releases = {
        "a": {"chart": "a", "repository": two},
        "b": {"chart": "b", "repository": one},
        "c": {"chart": "c", "repository": two},
        "own": {"chart": "./assets/own"},
    }
    text = downloads(stack(tmp_path, releases))
    assert text is not None
    assert text.startswith(f"Charts that the Helm provider downloads: 3, from {one}, {two} (")


def test_charts_of_the_output_are_not_downloaded(tmp_path: Path) -> None:
    assert downloads(stack(tmp_path, {"own": {"chart": "./assets/own.tgz"}})) is None
    assert downloads(stack(tmp_path, {})) is None
