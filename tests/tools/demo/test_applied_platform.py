"""The platform step of `make demo`: what it leads to the local Kubernetes, and what it says of it.

The control plane and Terraform are fakes here; tests/kubernetes/test_demo.py has real ones.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from config.environment import Environment
from modules.addons.catalog import rendered
from rules.load import load
from runner.errors import RunnerError
from runner.manifest import Stack
from support.output import synthesized_output
from tools.demo import applied_platform
from tools.demo.applied_platform import AppliedPlatform
from tools.demo.local_kubernetes import LocalKubernetes
from tools.demo.steps import Step, Steps
from tools.demo.teams import TEAMS, with_teams
from tools.kubernetes import Cluster, Programs
from tools.kubernetes.client import Access
from tools.standins.cluster_charts import Charts
from tools.standins.reattach import REATTACH


@dataclass
class Ran:
    """What the step did.

    Attributes:
        printed: its lines.
        order: what happened, in order.
        document: the stack that was applied.
        environ: the environment variables of Terraform.
    """

    printed: str = ""
    order: list[str] = field(default_factory=list[str])
    document: dict[str, Any] = field(default_factory=dict[str, Any])
    environ: dict[str, str] = field(default_factory=dict[str, str])


@pytest.fixture(scope="module")
def teams(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The example dev with the demonstration's teams."""
    name = with_teams("dev", tmp_path_factory.mktemp("teams"))
    (environment,) = load([name])
    return environment


@pytest.fixture(scope="module")
def stack(teams: Environment, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    output = synthesized_output(tmp_path_factory.mktemp("cdktf.out"), teams)
    return Stack("dev-platform", output.stack("dev-platform").path, ())


def ran(environment: Environment, stack: Stack, folder: Path, *, finds: bool) -> Ran:
    """Runs it with a Terraform that finds the real providers, or does not."""
    text, result = StringIO(), Ran()

    @contextmanager
    def local(environment: Environment, _: Any, charts: Path) -> Iterator[LocalKubernetes]:
        result.order.append("started")
        (folder / "ca.crt").write_text("a certificate")
        access = Access("https://127.0.0.1:1", str(folder / "ca.crt"), "a token")
        programs = Programs({"helm": ("helm",)})
        made = Charts(charts, "")
        made.add(rendered(environment))
        yield LocalKubernetes("v1.36.3", 5, Cluster(access, folder / "kubeconfig", programs), made)
        result.order.append("stopped")

    def made(step: Step, environ: Mapping[str, str]) -> int:
        del step
        result.order.append("applied")
        result.environ = dict(environ)
        result.document = json.loads((stack.directory / "cdk.tf.json").read_text())
        return 58

    def run(_: Steps, name: str, command: list[str], *__: Any) -> str:
        assert (name, command[:2]) == ("providers", ["terraform", "init"])
        if not finds:
            raise RunnerError("no such host")
        return ""

    with pytest.MonkeyPatch.context() as patched, (folder / "log").open("w") as log:
        patched.setattr(applied_platform, "local_kubernetes", local)
        patched.setattr(applied_platform, "proofs", lambda *_: [("quota", lambda: "refused")])
        patched.setattr(Steps, "run", run)
        patched.setattr(LocalKubernetes, "client", lambda _: None)
        console = Console(file=text, width=300, highlight=False)
        steps = Steps(log, folder / "log", console)
        platform = AppliedPlatform(environment, stack, folder, steps)
        platform.run({"PATH": "/usr/bin:/bin"}, lambda: result.order.append("waited"), made)
    result.printed = text.getvalue()
    return result


@pytest.fixture(scope="module")
def with_real(teams: Environment, stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return ran(teams, stack, tmp_path_factory.mktemp("real"), finds=True)


def test_it_is_applied_after_the_stacks_that_it_needs_and_asked_before_the_end(
    with_real: Ran,
) -> None:
    assert with_real.order == ["started", "waited", "applied", "stopped"]
    lines = [line for line in with_real.printed.splitlines() if not line.startswith(" ")]
    assert [line.split()[0] for line in lines] == ["kubernetes", "platform", "quota"]
    assert lines[1].endswith("58 resources, applied to it in one pass; a second plan: No changes.")
    assert lines[2].endswith("refused")


def test_its_providers_lead_to_the_local_api_and_not_to_eks(with_real: Ran) -> None:
    here = {
        "host": "https://127.0.0.1:1",
        "cluster_ca_certificate": "a certificate",
        "token": "a token",
    }
    provider = with_real.document["provider"]
    assert provider["kubernetes"] == [here]
    assert provider["helm"] == [{"kubernetes": here}]
    assert "get-token" not in json.dumps(with_real.document)
    assert provider["aws"]


def test_no_chart_comes_from_a_repository(with_real: Ran, stack: Stack) -> None:
    releases = with_real.document["resource"]["helm_release"]
    assert releases.keys() == stack.document["resource"]["helm_release"].keys()
    for body in releases.values():
        assert "repository" not in body
        path = stack.directory / body["chart"]
        assert path.suffix == ".tgz" or (path / "Chart.yaml").is_file()


def test_the_real_providers_are_used_where_terraform_finds_them(with_real: Ran) -> None:
    assert REATTACH not in with_real.environ
    assert "Terraform found the real providers" in with_real.printed


def test_stand_ins_are_used_and_named_where_it_does_not(
    teams: Environment, stack: Stack, tmp_path: Path
) -> None:
    result = ran(teams, stack, tmp_path, finds=False)
    assert json.loads(result.environ[REATTACH]).keys() == {
        "registry.terraform.io/hashicorp/helm",
        "registry.terraform.io/hashicorp/kubernetes",
    }
    assert "Terraform found no helm and kubernetes providers: stand-ins" in result.printed


def test_it_says_what_was_applied_and_what_was_left_out(with_real: Ran) -> None:
    assert "4 ResourceQuota" in with_real.printed
    assert "1 NodePool" in with_real.printed
    assert "of stand-in charts" in with_real.printed
    assert "no container runs" in with_real.printed


def test_an_environment_without_teams_gets_those_of_the_demonstration(teams: Environment) -> None:
    assert teams.name == "dev"
    assert teams.teams.keys() == TEAMS.keys()


def test_an_environment_with_teams_keeps_its_own(tmp_path: Path) -> None:
    assert with_teams("tracing", tmp_path) == "tracing"
    assert not [*tmp_path.iterdir()]
