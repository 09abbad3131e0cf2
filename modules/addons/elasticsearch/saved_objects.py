"""Kibana's data views, saved searches and dashboards, which are files in `kibana/`.

A file has one saved object, as Kibana exports it, with one difference: what Kibana stores as text
with JSON in it is JSON here, so that people can read it and a review shows what has changed. The
versions of the format are those of Kibana 8.9. Newer Kibanas migrate them; none imports objects of
a newer version.
https://www.elastic.co/docs/api/doc/kibana/operation/operation-post-saved-objects-import
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from config.environment import Environment

FOLDER: Final = Path(__file__).with_name("kibana")

PREFIX: Final = "eks-platform-"
"""Of the ids of our objects. Kibana gives random ids to those that people make."""

KINDS: Final = ("view", "search", "dashboard")
"""Data views first: an object is written after those that it refers to."""

SavedObject = dict[str, Any]


def subjects(environment: Environment) -> tuple[str, ...]:
    """What there are dashboards for: first part of the names of files."""
    platform = environment.platform
    return (
        "logs",
        *(["ingress"] if platform.ingress.enabled else []),
        *(["events"] if platform.fluent_bit.kubernetes_events else []),
    )


def saved_objects(environment: Environment) -> Iterator[SavedObject]:
    """The objects of an environment, with the names of its cluster and region."""
    for kind in KINDS:
        for subject in subjects(environment):
            text = _text(f"{subject}.{kind}.json")
            text = text.replace("CLUSTER_NAME", environment.cluster_name)
            yield json.loads(text.replace("REGION_NAME", environment.region))


def ndjson(environment: Environment) -> str:
    """The file that Kibana imports: a line for each object."""
    lines = (json.dumps(_encoded(each), sort_keys=True) for each in saved_objects(environment))
    return "".join(f"{line}\n" for line in lines)


@cache
def _text(name: str) -> str:
    return (FOLDER / name).read_text()


def _encoded(value: Any) -> Any:
    """With text instead of the JSON that Kibana stores as text: `panelsJSON`, `runtimeFieldMap`."""
    if isinstance(value, dict):
        return {
            key: json.dumps(inner, sort_keys=True) if _is_text(key) else _encoded(inner)
            for key, inner in value.items()
        }
    return value


def _is_text(key: str) -> bool:
    return key.endswith(("JSON", "FieldMap"))
