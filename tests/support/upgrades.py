"""An environment of a Kubernetes version that its file names, for tests of upgrades."""

from pathlib import Path
from typing import Any, Final

from rules.load import EXAMPLES, Loaded, load_with_warnings
from runner.manifest import Stack
from runner.upgrade_plan.variant import Variant
from support.environments import environment

PINNED: Final = """\
cluster:
  # One minor behind.
  version: "1.34" # the oldest
"""


def write_shop(folder: Path, cluster: str = PINNED) -> Path:
    """Writes `shop`, which is as dev but for its section `cluster`."""
    for name in ("base.yaml", "dev.yaml"):
        text = (EXAMPLES / name).read_text(encoding="utf-8")
        (folder / name).write_text(text, encoding="utf-8")
    file = folder / "shop.yaml"
    file.write_text(f"extends: dev.yaml\nname: shop\n{cluster}", encoding="utf-8")
    return file


def loaded(file: Path) -> Loaded:
    """The environment of a file."""
    (found,) = load_with_warnings([file])
    return found


def made_of(resources: dict[str, Any], folder: Path, stack: str = "platform") -> Variant:
    """A variant of one stack, which has these resources and no others."""
    made = Stack(f"test-{stack}", folder, ())
    backend = {"s3": {"key": f"test/{stack}.tfstate"}}
    made.__dict__["document"] = {"resource": resources, "terraform": {"backend": backend}}
    return Variant(environment(), [made])
