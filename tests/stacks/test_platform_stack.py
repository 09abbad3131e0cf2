"""The platform stack: providers that need no resource of the stack, and a self-contained output."""

import json
from pathlib import Path

import pytest

from stacks.app import synthesize
from support.environments import environment
from support.output import Output


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_providers_find_the_cluster_by_its_name_and_fetch_tokens(output: Output, name: str) -> None:
    stack = output.stack(f"{name}-platform").json
    assert stack["data"]["aws_eks_cluster"]["existing"]["name"] == name
    [helm] = stack["provider"]["helm"]
    [kubernetes] = stack["provider"]["kubernetes"]
    for access in (helm["kubernetes"], kubernetes):
        assert access["host"] == "${data.aws_eks_cluster.existing.endpoint}"
        command = access["exec"][0] if isinstance(access["exec"], list) else access["exec"]
        assert [command["command"], *command["args"][:2]] == ["aws", "eks", "get-token"]
        assert "token" not in access
        assert "config_path" not in access


def test_providers_have_one_range_each_with_a_full_source(output: Output) -> None:
    required = output.stack("prod-platform").json["terraform"]["required_providers"]
    assert {name: entry["source"] for name, entry in required.items()} == {
        "aws": "hashicorp/aws",
        "helm": "hashicorp/helm",
        "kubernetes": "hashicorp/kubernetes",
    }
    assert all(entry["version"].startswith(">= ") for entry in required.values())


def test_versions_of_the_helm_provider_that_fail_are_excluded(output: Output) -> None:
    def constraint(name: str) -> str:
        return output.stack(f"{name}-platform").json["terraform"]["required_providers"]["helm"][
            "version"
        ]

    # take_ownership, which releases of Argo CD and Kyverno set, is of 3.1.
    for name in ("prod", "full"):
        assert constraint(name) == ">= 3.1, < 3.2, != 3.1.2"


def test_the_platform_comes_last(output: Output) -> None:
    stacks = output.manifest["stacks"]
    assert {"prod-cluster", "prod-edge"} <= set(stacks["prod-platform"]["dependencies"])
    assert not [name for name, s in stacks.items() if "prod-platform" in s["dependencies"]]


def test_no_custom_resource_needs_its_crd_at_plan(output: Output) -> None:
    for name in ("dev", "prod"):
        assert not output.stack(f"{name}-platform").resources("kubernetes_manifest")


def test_our_chart_travels_with_the_stack(output: Output) -> None:
    stack = output.stack("prod-platform")
    releases = stack.resources("helm_release").values()
    own = {release["chart"] for release in releases if "repository" not in release}
    [path] = own
    assert path.startswith("./assets/")
    chart = stack.path / path
    assert {str(f.relative_to(chart)) for f in chart.rglob("*") if f.is_file()} == {
        "Chart.yaml",
        "templates/resources.yaml",
        "values.schema.json",
        "values.yaml",
    }
    assert str(Path.cwd()) not in stack.text


def test_warnings_are_in_the_manifest(tmp_path: Path) -> None:
    synthesize([environment()], tmp_path, {"test": ["test: cluster.name: a warning"]})

    manifest = json.loads((tmp_path / "manifest.json").read_text())
    noted = manifest["stacks"]["test-platform"]["annotations"]
    assert [(note["level"], note["message"]) for note in noted] == [
        ("@cdktf/warn", "test: cluster.name: a warning")
    ]
    assert manifest["stacks"]["test-network"]["annotations"] == []
