"""Records the output of this version, so that later ones are tested as its upgrade.

Run it when a version is released: `python -m tools.record_release` writes
`tests/recorded/<version>/` with the stacks of dev, which Terraform applies before it plans the
later ones, and what of prod must stay: its addresses and the arguments that cannot change in place.
"""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from runner.version import PROJECT, project_version

RECORDED: Final = PROJECT / "tests" / "recorded"

STACKS: Final = ("network", "edge", "cluster")
"""Of dev, in the order of apply. The platform needs a Kubernetes API, and is recorded beside the
tests that have one."""

GOLDENS: Final = ("addresses", "names")


def record(folder: Path, output: Path, goldens: Path) -> None:
    """Writes the records.

    Args:
        folder: where to.
        output: an output folder with the stacks of dev.
        goldens: the folder with the recorded addresses and names of prod.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in STACKS:
        document = json.loads((output / "stacks" / f"dev-{name}" / "cdk.tf.json").read_text())
        _write(folder / f"dev-{name}.json.gz", _without_comments(document))
    prod = {each: json.loads((goldens / f"prod.{each}.json").read_text()) for each in GOLDENS}
    _write(folder / "prod.json.gz", prod)


def read(file: Path) -> dict[str, Any]:
    """The content of a record."""
    return json.loads(gzip.decompress(file.read_bytes()))


def _write(file: Path, document: Any) -> None:
    text = json.dumps(document, separators=(",", ":"), sort_keys=True)
    # Without the time, so that the same output gives the same bytes.
    file.write_bytes(gzip.compress(text.encode(), mtime=0))


def _without_comments(part: Any) -> Any:
    """A part of Terraform JSON without CDKTF's comments, which are half of it."""
    if isinstance(part, dict):
        return {key: _without_comments(each) for key, each in part.items() if key != "//"}
    if isinstance(part, list):
        return [_without_comments(each) for each in part]
    return part


def main() -> None:
    """Records the examples as they are synthesized now."""
    version = project_version()
    with TemporaryDirectory() as output:
        environ = {**os.environ, "CDKTF_OUTDIR": output}
        subprocess.run(
            [sys.executable, str(PROJECT / "main.py"), "dev"], check=True, env=environ, cwd=PROJECT
        )
        record(RECORDED / version, Path(output), PROJECT / "tests" / "goldens")
    print(f"Recorded {version} in {RECORDED / version}.")


if __name__ == "__main__":
    main()
