"""Makes the archive of a chart of a file with Kubernetes objects, for projects without a chart.

The objects are in a file of the chart, which its only template prints: text of theirs that looks
like a template is none. Helm keeps CRDs when the release is removed, and with them every object of
their kinds.
"""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from typing import Any, Final
from urllib.request import urlopen

import yaml

from config import versions
from runner.errors import RunnerError

SECONDS: Final = 60

OBJECTS: Final = "objects.yaml"
TEMPLATE: Final = f'{{{{ .Files.Get "{OBJECTS}" }}}}\n'

KEEP: Final = {"helm.sh/resource-policy": "keep"}
"""https://helm.sh/docs/howto/charts_tips_and_tricks/#tell-helm-not-to-uninstall-a-resource"""

CRD: Final = "CustomResourceDefinition"


def made_chart(chart: str, version: str) -> bytes | None:
    """The archive of a chart that we make of a file in its project's release.

    The same file gives the same archive.

    Args:
        chart: the chart's name in its repository.
        version: its version, which is the project's.

    Returns:
        None for a chart that its project publishes.

    Raises:
        RunnerError: the file cannot be had, is another one than the table has the digest of, or has
            no Kubernetes objects.
    """
    bundle = versions.bundle_of(chart)
    if bundle is None:
        return None
    address = bundle.address_of(version)
    try:
        # An address of config/versions.yaml.
        with urlopen(address, timeout=SECONDS) as answer:  # noqa: S310
            content = answer.read()
    except (OSError, ValueError) as error:
        raise RunnerError(f"{chart} {version}: {address}: {error}") from error
    found = hashlib.sha256(content).hexdigest()
    if has_digest(chart, version) and found != bundle.digest:
        raise RunnerError(
            f"{chart} {version}: the digest of {address} is {found}, and config/versions.yaml has "
            f"{bundle.digest}. The file of a released version was replaced: ask its project."
        )
    try:
        return archive_of_objects(content, chart, version)
    except (yaml.YAMLError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise RunnerError(f"{chart} {version}: {address} has no Kubernetes objects") from error


def has_digest(chart: str, version: str) -> bool:
    """Whether the table has the digest of what a chart of a version is made of."""
    found = versions.table().charts.get(chart)
    return found is not None and found.bundle is not None and found.version == version


def archive_of_objects(content: bytes, chart: str, version: str) -> bytes:
    """The archive of a chart with the objects of a file, as Helm reads it.

    Args:
        content: the objects as YAML.
        chart: the chart's name.
        version: its version.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    # Both loaders make plain values only.
    objects = [_kept(each) for each in yaml.load_all(content, loader) if each]
    if not objects:
        raise KeyError("kind")
    metadata = {
        "apiVersion": "v2",
        "name": chart,
        "description": "Objects of the project's release, as they are",
        "type": "application",
        "version": version,
    }
    schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {"global": {"type": "object"}},
    }
    # JSON is YAML, and is written a hundred times faster.
    text = "".join(f"---\n{json.dumps(each, separators=(',', ':'))}\n" for each in objects)
    files = {
        "Chart.yaml": json.dumps(metadata, indent=2),
        "values.yaml": "{}\n",
        "values.schema.json": json.dumps(schema, indent=2),
        OBJECTS: text,
        "templates/objects.yaml": TEMPLATE,
    }
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path, written in files.items():
            entry, encoded = tarfile.TarInfo(f"{chart}/{path}"), written.encode()
            entry.size = len(encoded)
            archive.addfile(entry, io.BytesIO(encoded))
    return gzip.compress(made.getvalue(), mtime=0)


def _kept(each: dict[str, Any]) -> Mapping[str, Any]:
    """An object that Helm leaves in the cluster, if it is a CRD."""
    if each["kind"] == CRD:
        each["metadata"]["annotations"] = (each["metadata"].get("annotations") or {}) | KEEP
    return each
