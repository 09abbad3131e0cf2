"""Terraform runs with the user's own CLI configuration: the runner adds no provider mirror."""

import json
import os
import sys
from pathlib import Path

import pytest

from runner.manifest import Stack
from runner.stages import Run, apply
from support.fake_terraform import FakeTerraform
from support.state_objects import applied
from tools.emulator import LocalAws
from tools.provider_mirror import find_mirrors, go_platform

PRINTS_ITS_ENVIRONMENT = """\
#!{python}
import json, os, sys
if sys.argv[1:] == ["version"]:
    print("Terraform v1.11.4")
if sys.argv[1] == "apply":
    open({file!r}, "w").write(json.dumps(dict(os.environ)))
"""


@pytest.mark.parametrize("own", [None, "own.tfrc"], ids=["no configuration", "own configuration"])
def test_apply_uses_the_users_configuration_on_a_machine_with_a_mirror(
    own: str | None,
    aws: LocalAws,
    stacks: list[Stack],
    fake_terraform: FakeTerraform,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = tmp_path / "home"
    mirror = home / ".terraform.d" / "mirror"
    (mirror / "registry.terraform.io/hashicorp/aws/5.100.0" / go_platform()).mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    if own:
        monkeypatch.setenv("TF_CLI_CONFIG_FILE", own)
    else:
        monkeypatch.delenv("TF_CLI_CONFIG_FILE", raising=False)
    assert mirror in {found.path for found in find_mirrors({})}
    before = sorted(home.rglob("*"))
    applied(aws, "state")
    file = tmp_path / "environment.json"
    fake_terraform.is_script(PRINTS_ITS_ENVIRONMENT.format(python=sys.executable, file=str(file)))

    apply(Run(stacks, only="network", approve=True))

    environ = json.loads(file.read_text())
    added = {name: value for name, value in environ.items() if os.environ.get(name) != value}
    assert {name for name in added if name.startswith("TF_")} == {"TF_IN_AUTOMATION"}
    assert environ.get("TF_CLI_CONFIG_FILE") == own
    assert sorted(home.rglob("*")) == before
