"""Takes the package indexes out of Pipfile.lock, so that each machine uses its own."""

import json
from pathlib import Path


def main() -> None:
    """Rewrites the lock file in place."""
    path = Path("Pipfile.lock")
    lock = json.loads(path.read_text())
    lock["_meta"]["sources"] = []
    for section in ("default", "develop"):
        for package in lock[section].values():
            package.pop("index", None)
    path.write_text(json.dumps(lock, indent=4, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
