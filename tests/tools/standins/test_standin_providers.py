"""The stand-ins for the helm and kubernetes providers are as strict as their schemas."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from modules.helm.custom_resources import CHART
from runner.binary import binary
from support.release_order import out_of_order
from tools.standins.standins import StandIns, types_in

pytestmark = pytest.mark.terraform

EXEC = {"api_version": "client.authentication.k8s.io/v1beta1", "command": "aws", "args": ["eks"]}
RELEASE = {"name": "first", "chart": "first", "repository": "https://charts.example.com"}


def _stack(**releases: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "terraform": {
            "required_providers": {
                "helm": {"source": "hashicorp/helm", "version": ">= 3.0, < 4.0"},
                "kubernetes": {"source": "hashicorp/kubernetes", "version": ">= 2.30, < 3.0"},
            }
        },
        "provider": {
            "helm": [{"kubernetes": {"host": "https://example.com", "exec": EXEC}}],
            "kubernetes": [{"host": "https://example.com", "exec": [EXEC]}],
        },
        "resource": {
            "helm_release": releases,
            "kubernetes_namespace_v1": {"apps": {"metadata": {"name": "apps"}}},
        },
    }


class Sample:
    """A small stack in a folder, and Terraform with the stand-ins."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "stack"
        self.folder.mkdir()
        (folder / "mirror").mkdir()
        self.standins = StandIns(folder / "mirror", types_in(_stack()))

    def write(self, stack: Mapping[str, Any]) -> None:
        (self.folder / "cdk.tf.json").write_text(json.dumps(stack))

    def terraform(self, *arguments: str, fail: str = "") -> tuple[int, str]:
        done = subprocess.run(
            [binary(os.environ), *arguments, "-no-color"],
            cwd=self.folder,
            env=self.standins.environment(os.environ, fail=fail),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    made = Sample(tmp_path_factory.mktemp("sample"))
    made.write(_stack(first=RELEASE))
    code, text = made.terraform("init")
    assert code == 0, text
    return made


def test_releases_are_installed_in_order_and_removed_in_reverse(sample: Sample) -> None:
    own = os.path.relpath(CHART, sample.folder)
    second = {
        "name": "second",
        "chart": f"./{own}",
        "values": ['{"resources": []}'],
        "depends_on": ["helm_release.first", "kubernetes_namespace_v1.apps"],
    }
    sample.write(_stack(first=RELEASE, second=second))
    code, text = sample.terraform("apply", "-auto-approve")
    assert code == 0, text
    events = sample.standins.events()
    assert out_of_order(events, {"second": ["first"]}) == []
    assert out_of_order(events, {"first": ["second"]}) == ["first does not wait for second"]
    assert {each["exec"]["command"] for each in events if each["event"] == "configured"} == {"aws"}
    assert sample.terraform("plan", "-detailed-exitcode")[0] == 0
    sample.standins.events()
    code, text = sample.terraform("destroy", "-auto-approve")
    assert code == 0, text
    assert out_of_order(sample.standins.events(), {"second": ["first"]}, removal=True) == []


def test_a_failing_release_stops_what_requires_it(sample: Sample) -> None:
    second = {**RELEASE, "name": "second", "depends_on": ["helm_release.first"]}
    sample.write(_stack(first=RELEASE, second=second))
    code, text = sample.terraform("apply", "-auto-approve", fail="helm_release.first")
    assert code == 1
    assert "EKS_PLATFORM_STANDIN_FAIL asks for it" in text
    names = [each["name"] for each in sample.standins.events() if each["event"] == "creating"]
    assert "first" in names
    assert "second" not in names
    code, text = sample.terraform("destroy", "-auto-approve")
    assert code == 0, text


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "misspelt": ({"nmae": "x"}, 'No argument or block type is named "nmae"'),
    "incomplete": ({"chart": None}, 'The argument "chart" is required'),
    "mistyped": ({"timeout": "soon"}, "a number is required"),
    "nested": ({"set": [{"value": "b"}]}, 'attribute "name" is required'),
    "values": ({"values": ["- a"]}, "values: values are no YAML map"),
    "chart": ({"repository": None, "chart": "./nowhere"}, "chart: no chart in ./nowhere"),
    "computed": ({"manifest": "x"}, "manifest is read-only"),
}
"""By name of a release, what it has, and what Terraform says of it."""


def test_what_the_real_provider_refuses_is_refused(sample: Sample) -> None:
    wrong = {
        name: {key: value for key, value in {**RELEASE, "name": name, **own}.items() if value}
        for name, (own, _) in WRONG.items()
    }
    sample.write(_stack(**wrong))
    code, text = sample.terraform("validate", "-json")
    assert code == 1
    said: dict[str, str] = {}
    for each in json.loads(text)["diagnostics"]:
        name = each["snippet"]["context"].split(".")[2]
        said[name] = f"{said.get(name, '')} {each['summary']} {each['detail']}"
    assert [name for name, (_, problem) in WRONG.items() if problem not in said.get(name, "")] == []


def test_a_stand_in_says_that_it_is_one(sample: Sample) -> None:
    launchers = [*(sample.folder.parent / "mirror").rglob("terraform-provider-*")]
    assert len(launchers) == 2
    assert all("STAND-IN" in launcher.read_text() for launcher in launchers)
