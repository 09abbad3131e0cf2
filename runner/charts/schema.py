"""Takes references to schemas on the internet out of the values schemas of a chart.

Helm reads what a schema refers to when it installs or upgrades the chart. Some versions of Helm
read no schema over HTTP, and no version can without the internet. The rest of the schema stays.
"""

import gzip
import io
import json
import tarfile
from pathlib import PurePosixPath
from typing import Any, Final

SCHEMA: Final = "values.schema.json"
REFERENCE: Final = "$ref"
ON_THE_INTERNET: Final = ("http://", "https://")


def without_remote_schemas(archive: bytes) -> tuple[bytes, int]:
    """The archive without references to schemas on the internet, and how many there were.

    An archive without such a reference is returned as it is. The same input gives the same bytes.
    """
    target, removed = io.BytesIO(), 0
    with (
        tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as source,
        tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as made,
    ):
        for member in source:
            file = source.extractfile(member)
            content = b"" if file is None else file.read()
            if file is not None and PurePosixPath(member.name).name == SCHEMA:
                schema, count = _without_references(json.loads(content))
                if count:
                    content = json.dumps(schema, indent=2).encode()
                    member.size, removed = len(content), removed + count
            made.addfile(member, None if file is None else io.BytesIO(content))
    if not removed:
        return archive, 0
    return gzip.compress(target.getvalue(), mtime=0), removed


def _without_references(schema: Any) -> tuple[Any, int]:
    match schema:
        case dict():
            parts = {key: _without_references(inner) for key, inner in schema.items()}
            removed = sum(count for _, count in parts.values())
            reference = schema.get(REFERENCE)
            if isinstance(reference, str) and reference.startswith(ON_THE_INTERNET):
                del parts[REFERENCE]
                removed += 1
            return {key: inner for key, (inner, _) in parts.items()}, removed
        case list():
            entries = [_without_references(inner) for inner in schema]
            return [inner for inner, _ in entries], sum(count for _, count in entries)
        case _:
            return schema, 0
