"""Real Terraform upgrades what each recorded release made, and replaces nothing with data (M13)."""

import json
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from support.lifecycle import Lifecycle
from support.provider import SharedProvider, runnable
from support.terraform import run
from tools.emulator import LocalAws
from tools.record_release import RECORDED, STACKS, read

RELEASES: Final = sorted(each for each in RECORDED.iterdir() if each.is_dir())

SETTINGS: Final[dict[str, Any]] = yaml.safe_load((RECORDED / "settings.yaml").read_text())
"""By release: what dev needs besides, to be what it was then."""

REPLACEABLE: Final = frozenset(yaml.safe_load((RECORDED / "replaceable.yaml").read_text()))
"""Types that hold nothing and stop nothing when they are made anew; all others do."""


def planned(life: Lifecycle, name: str) -> list[dict[str, Any]]:
    """Plans a stack; what changes."""
    directory = life.stack(name).directory
    run(directory, "init", "-input=false")
    run(directory, "plan", "-input=false", "-out=upgrade")
    plan = json.loads(run(directory, "show", "-json", "upgrade"))
    return [
        each for each in plan.get("resource_changes", ()) if each["change"]["actions"] != ["no-op"]
    ]


@pytest.mark.terraform
@pytest.mark.lifecycle
@pytest.mark.parametrize("release", RELEASES, ids=lambda each: each.name)
def test_an_upgrade_of_dev_replaces_nothing_that_holds_data(
    release: Path,
    aws: LocalAws,
    provider: SharedProvider,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    aws.reset()
    environment = runnable("dev", tmp_path, **SETTINGS.get(release.name, {}))
    life = Lifecycle(aws, provider, environment, tmp_path / "cdktf.out", monkeypatch)
    life.bootstrap()
    texts: dict[str, str] = {}
    for name in STACKS:
        file = life.stack(name).directory / "cdk.tf.json"
        texts[name] = file.read_text()
        file.write_text(json.dumps(read(release / f"dev-{name}.json.gz")))
        run(file.parent, "init", "-input=false")
        run(file.parent, "apply", "-input=false", "-auto-approve")
    changed: set[str] = set()
    destroyed: list[str] = []
    for name in STACKS:
        directory = life.stack(name).directory
        (directory / "cdk.tf.json").write_text(texts[name])
        changes = planned(life, name)
        changed |= {name} if changes else set()
        destroyed += [
            each["address"]
            for each in changes
            if "delete" in each["change"]["actions"] and each["type"] not in REPLACEABLE
        ]
        run(directory, "apply", "-input=false", "upgrade")
    assert destroyed == []
    assert changed, "the release wrote what this version writes: nothing is upgraded"
    assert [name for name in STACKS if life.has_changes(life.stack(name))] == []
    life.destroy()
    life.bootstrap_destroy()
