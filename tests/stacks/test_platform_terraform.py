"""The platform stack, applied and destroyed by real Terraform.

The AWS provider is real and talks to the emulator. The helm and kubernetes providers are
stand-ins with the real schemas: what they prove is that the stack is valid, settles, and goes up
and down in order, not that a chart runs.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from config.environment import Environment
from modules.addons.catalog import EXAMPLES, all_addons, rendered
from rules.load import load
from runner.binary import binary
from runner.eject.origins import noting
from runner.eject.stack import hcl_files
from support.addon_environments import VARIANTS, combined
from support.ejected import in_its_place
from support.output import Output, Stack, synthesized_output
from support.premade import asked_of_others, make_cluster, make_groups, make_states
from support.provider import SharedProvider, runnable, runnable_settings
from support.release_order import out_of_order
from tools.emulator import LocalAws
from tools.standins.reattach import REATTACH
from tools.standins.standins import StandIns, types_in

pytestmark = pytest.mark.terraform


class Platform:
    """The platform stack of an environment, on an emulator with a cluster that was there before."""

    def __init__(
        self, aws: LocalAws, provider: SharedProvider, environment: Environment, folder: Path
    ) -> None:
        name = f"{environment.name}-platform"
        self.stack = synthesized_output(folder / "cdktf.out", environment).stack(name)
        (folder / "mirror").mkdir()
        self.standins = StandIns(folder / "mirror", types_in(self.stack.json))
        self.requires = _depending(self.stack) | {
            each.name: each.requires for each in rendered(environment).values()
        }
        reached = aws.process_environment() | provider.variables()
        self._variables = self.standins.environment(reached)
        self._provider = provider
        make_cluster(aws, environment)
        _make_policies(aws, self.stack)
        groups = make_groups(aws, environment)
        make_states(aws, environment, self.stack.text, {**EXAMPLES, **groups})

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Runs one process of each provider for all commands."""
        with self.standins.serving(self._variables, self.stack.path) as addresses:
            self._variables[REATTACH] = json.dumps(self._provider.addresses | addresses)
            yield

    def terraform(self, *arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [binary(os.environ), *arguments, "-no-color"],
            cwd=self.stack.path,
            env=self._variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    def check(self, *arguments: str) -> str:
        code, text = self.terraform(*arguments)
        assert code == 0, text
        return text


WITH_ALL_TESTS = ("full",)
"""Variants that `make test` applies; `make test-examples` applies the others."""

OWN_CHARTS: Final = "queue-workers"
"""The example with a chart that is no add-on, and with workloads."""


def test_every_add_on_is_applied() -> None:
    applied = {
        release.addon.name for name in VARIANTS for release in rendered(combined([name])).values()
    }
    assert {addon.name for addon in all_addons()} - applied == set()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name in WITH_ALL_TESTS else pytest.mark.examples)
        for name in (*VARIANTS, OWN_CHARTS)
    ],
)
def test_it_is_applied_in_order_unchanged_also_as_hcl_and_destroyed_in_reverse(
    running_aws: LocalAws, provider: SharedProvider, tmp_path: Path, name: str
) -> None:
    running_aws.reset()
    if name == OWN_CHARTS:
        [environment] = load([runnable(name, tmp_path)])
    else:
        environment = combined([name], **runnable_settings())
    with noting() as made:
        platform = Platform(running_aws, provider, environment, tmp_path)
    with platform.serving():
        platform.check("init", "-input=false")
        platform.check("apply", "-auto-approve", "-input=false")
        events = platform.standins.events()
        assert _named(events, "created") == set(platform.requires)
        assert out_of_order(events, platform.requires) == []
        _asks_for_a_token_of(events, environment.cluster_name)

        plan = ("plan", "-detailed-exitcode", "-input=false")
        code, text = platform.terraform(*plan)
        assert code == 0, text
        with in_its_place(platform.stack.path, hcl_files(platform.stack.json, made)):
            code, text = platform.terraform(*plan)
        assert code == 0, text
        platform.standins.events()

        platform.check("destroy", "-auto-approve", "-input=false")
        events = platform.standins.events()
        assert _named(events, "deleted") == set(platform.requires)
        assert out_of_order(events, platform.requires, removal=True) == []
    assert running_aws.failures() == []


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_its_inputs_are_outputs_of_other_stacks(output: Output, name: str) -> None:
    text = output.stack(f"{name}-platform").text
    assert {
        (stack, asked)
        for stack, asked in asked_of_others(text)
        if asked.split(".")[0] not in output.stack(f"{name}-{stack}").json.get("output", {})
    } == set()


def _make_policies(aws: LocalAws, stack: Stack) -> None:
    """Makes the policies of others that workloads name."""
    attached = stack.resources("aws_iam_role_policy_attachment").values()
    arns = {each["policy_arn"] for each in attached}
    allow = {"Effect": "Allow", "Action": "sts:GetCallerIdentity", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    for arn in sorted(arns):
        if arn.startswith("arn:aws:iam::123456789012:policy/"):
            name = arn.rpartition("/")[2]
            aws.client("iam").create_policy(PolicyName=name, PolicyDocument=document)


def _depending(stack: Stack) -> dict[str, tuple[str, ...]]:
    """By name of a release, the releases in its `depends_on`."""
    releases = stack.resources("helm_release")
    address = "helm_release."
    return {
        body["name"]: tuple(
            releases[each.removeprefix(address)]["name"]
            for each in body.get("depends_on", ())
            if each.startswith(address)
        )
        for body in releases.values()
    }


def _named(events: list[dict[str, Any]], event: str) -> set[str]:
    return {
        each["name"]
        for each in events
        if each["event"] == event and each.get("type") == "helm_release"
    }


def _asks_for_a_token_of(events: list[dict[str, Any]], cluster: str) -> None:
    configured = [each for each in events if each["event"] == "configured" and each["host"]]
    assert {each["provider"] for each in configured} == {"helm", "kubernetes"}
    for each in configured:
        assert each["host"].startswith("https://")
        assert each["exec"]["command"] == "aws"
        assert each["exec"]["args"][:4] == ["eks", "get-token", "--cluster-name", cluster]
