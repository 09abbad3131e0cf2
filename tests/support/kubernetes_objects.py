"""What is wrong with Kubernetes objects."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml


def problems(manifest: Mapping[str, Any], minor: str) -> list[str]:
    """The errors of Kubernetes for an object of a built-in kind.

    Args:
        manifest: the object.
        minor: the Kubernetes minor.
    """
    name = f"{manifest.get('kind')} {manifest.get('metadata', {}).get('name')}"
    try:
        kubernetes_validate.validate(dict(manifest), minor, strict=True)
    except kubernetes_validate.ValidationError as error:
        return [f"{name}: {'.'.join(map(str, error.path))}: {error.message[:200]}"]
    except kubernetes_validate.SchemaNotFoundError:
        return [f"{name}: Kubernetes {minor} has no such kind"]
    return []


def manifests(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The objects in the YAML files of a folder, with the file of each.

    Args:
        folder: the folder; one that does not exist has none.
    """
    for file in sorted([*folder.rglob("*.yaml"), *folder.rglob("*.yml")]):
        # Files with template directives are no YAML; what they render to is checked elsewhere.
        if "templates" in file.parts or file.name in {"Chart.yaml", "values.yaml"}:
            continue
        for document in yaml.safe_load_all(file.read_text()):
            if isinstance(document, dict) and "kind" in document:
                yield file, document
