"""Draws the README's pictures anew from the stacks that they show."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

PROJECT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

import bindings  # noqa: E402

bindings.install()

from config.loader import load  # noqa: E402
from diagrams.readme import ENVIRONMENTS, with_pictures  # noqa: E402
from stacks.app import synthesize  # noqa: E402


def main() -> None:
    """Rewrites README.md."""
    readme = PROJECT / "README.md"
    with tempfile.TemporaryDirectory() as folder:
        synthesize(load(ENVIRONMENTS), Path(folder))

        def stack(name: str) -> dict[str, Any]:
            return json.loads(Path(folder, "stacks", name, "cdk.tf.json").read_text())

        readme.write_text(with_pictures(readme.read_text(), stack))


if __name__ == "__main__":
    main()
