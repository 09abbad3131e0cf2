"""Custom resources whose definition no chart has as a file are what their reference allows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from modules.addons.argo_cd.addon import ADDON
from modules.addons.storage_classes.snapshot_class import snapshot_class_manifest
from modules.helm.contract import Manifest
from modules.namespaces.security_groups import security_group_policies
from support.addon_environments import MINORS, VARIANTS, releases, variant
from support.json_schemas import object_problems
from support.platform_stack import GIT, context

KINDS: Final[dict[str, dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("documented_kinds.yaml").read_text()
)
TYPES: Final = {
    "text": "string",
    "number": "integer",
    "decimal": "number",
    "boolean": "boolean",
}

TEAMS: Final[dict[str, Any]] = {
    "shop": {
        "namespaces": {"shop": {}},
        "repositories": [GIT],
        "applications": {"repository": GIT},
        "argo_cd_admins": ["shop-leads"],
        "argo_cd_viewers": ["everybody"],
    }
}


def schema(fields: Any) -> dict[str, Any]:
    """The fields of documented_kinds.yaml as a schema in which any other is an error."""
    match fields:
        case str():
            return {"type": TYPES[fields]}
        case [str(word)] if word in TYPES:
            return {"type": "array", "items": schema(word)}
        case [dict() as item]:
            return {"type": "array", "items": schema(item)}
        case list():
            return {"enum": fields}
        case {"*": item}:
            return {"type": "object", "additionalProperties": schema(item)}
        case _:
            inner = {name: schema(field) for name, field in fields.items()}
            return {"type": "object", "properties": inner, "additionalProperties": False}


def found(manifest: Manifest) -> list[str]:
    kind = KINDS[manifest["kind"]]
    if manifest["apiVersion"] != kind["apiVersion"]:
        return [f"apiVersion: {manifest['apiVersion']} is not {kind['apiVersion']}"]
    name = f"{manifest['kind']} {manifest['metadata']['name']}"
    return [f"{name}: {each}" for each in object_problems(manifest, schema(kind["fields"]))]


def argo_cds() -> Iterator[Manifest]:
    root = {"repository": GIT, "path": "applications"}
    yield from ADDON.resources(context(ADDON, teams=TEAMS, platform={"argo_cd": {"root": root}}))


def ours() -> Iterator[Manifest]:
    yield from argo_cds()
    for name in VARIANTS:
        yield snapshot_class_manifest(variant(name, MINORS[-1]))
        yield from security_group_policies(variant(name, MINORS[-1]))
        for release in releases(name, MINORS[-1]).values():
            yield from (each for each in release.manifests if each["kind"] in KINDS)


def test_custom_resources_match_the_reference() -> None:
    assert [problem for manifest in ours() for problem in found(manifest)] == []


def test_every_listed_kind_is_used() -> None:
    assert {manifest["kind"] for manifest in ours()} == set(KINDS)


@pytest.mark.parametrize(
    ("kind", "spec", "problem"),
    [
        ("AppProject", {"sourceRepositories": []}, "'sourceRepositories' was unexpected"),
        ("AppProject", {"roles": [{"name": "a", "group": []}]}, "'group' was unexpected"),
        ("Application", {"syncPolicy": {"retry": {"limit": "5"}}}, "'5' is not of type 'integer'"),
        ("ApplicationSet", {"goTemplate": "true"}, "'true' is not of type 'boolean'"),
        ("PeerAuthentication", {"mtls": {"mode": "ON"}}, "'ON' is not one of"),
        ("ValidatingPolicy", {"failurePolicy": "fail"}, "'fail' is not one of"),
        ("ImageValidatingPolicy", {"attestors": [{"cosigned": {}}]}, "'cosigned' was unexpected"),
        ("ClusterSecretStore", {"condition": []}, "'condition' was unexpected"),
    ],
)
def test_what_the_reference_lacks_is_found(kind: str, spec: dict[str, Any], problem: str) -> None:
    manifest = {"apiVersion": KINDS[kind]["apiVersion"], "kind": kind, "metadata": {"name": "a"}}
    (told,) = found({**manifest, "spec": spec})
    assert problem in told


def test_another_version_of_a_kind_is_found() -> None:
    (manifest, *_) = argo_cds()
    assert found({**manifest, "apiVersion": "argoproj.io/v1"}) == [
        "apiVersion: argoproj.io/v1 is not argoproj.io/v1alpha1"
    ]
