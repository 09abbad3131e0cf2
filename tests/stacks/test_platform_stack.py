"""The platform stack: providers that need no resource of its own, and a self-contained output."""

from pathlib import Path

import pytest
from cdktf import App

from config.environment import Environment
from stacks.platform import PlatformStack, PlatformWarning
from support.environments import environment
from support.output import Output
from support.platform import with_controller


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


def test_the_platform_comes_last(output: Output) -> None:
    stacks = output.manifest["stacks"]
    assert {"prod-cluster", "prod-edge"} <= set(stacks["prod-platform"]["dependencies"])
    assert not [name for name, s in stacks.items() if "prod-platform" in s["dependencies"]]


def test_nothing_needs_its_kinds_at_plan(output: Output) -> None:
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


def test_a_group_that_is_called_much_like_one_with_a_role_is_warned_of() -> None:
    principal = "arn:aws:iam::123456789012:role/shop-developers"

    def made(*groups: str) -> Environment:
        access = [{"principal": principal, "groups": list(groups)}]
        return environment(cluster={"access": access}, teams={"shop": {"namespaces": {"shop": {}}}})

    warned = r"cluster\.access\.0\.groups\.1: shop-edti: .* did you mean shop-edit\?"
    with pytest.warns(PlatformWarning, match=warned):
        PlatformStack(App(stack_traces=False), made("shop-view", "shop-edti"))
    # A warning would be an error.
    PlatformStack(App(stack_traces=False), made("shop-edit", "platform-view", "auditors"))


def test_a_retired_controller_is_warned_of_and_the_others_are_not() -> None:
    with pytest.warns(PlatformWarning, match="March 2026.*no security fix") as caught:
        PlatformStack(App(stack_traces=False), with_controller("ingress-nginx"))
    assert "test: platform.ingress.controller: ingress-nginx" in str(caught[0].message)
    PlatformStack(App(stack_traces=False), environment())  # a warning would be an error
