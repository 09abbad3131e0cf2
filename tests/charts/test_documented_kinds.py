"""Custom resources whose definition no chart has as a file are what their reference allows."""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from modules.addons.argo_cd.addon import ADDON
from modules.addons.storage_classes.snapshot_class import snapshot_class_manifest
from modules.helm.contract import Manifest
from modules.helm.gateway import GATEWAY_API
from modules.namespaces.security_groups import security_group_policies
from support.addon_environments import MINORS, VARIANTS, releases, variant
from support.documented_kinds import KINDS, undocumented
from support.platform_stack import GIT, context

TEAMS: Final[dict[str, Any]] = {
    "shop": {
        "namespaces": {"shop": {}},
        "repositories": [GIT],
        "applications": {"repository": GIT},
        "argo_cd_admins": ["shop-leads"],
        "argo_cd_viewers": ["everybody"],
    }
}


def argo_cds() -> Iterator[Manifest]:
    root = {"repository": GIT, "path": "applications"}
    yield from ADDON.resources(context(ADDON, teams=TEAMS, platform={"argo_cd": {"root": root}}))


def ours() -> Iterator[Manifest]:
    yield from argo_cds()
    for name in VARIANTS:
        yield snapshot_class_manifest(variant(name, MINORS[-1]))
        yield from security_group_policies(variant(name, MINORS[-1]))
        for release in releases(name, MINORS[-1]).values():
            yield from (
                each
                for each in release.manifests
                # A Gateway is a kind of Istio too; this one has a CRD in a file.
                if each["kind"] in KINDS and each["apiVersion"] != GATEWAY_API
            )


def test_custom_resources_match_the_reference() -> None:
    assert [problem for manifest in ours() for problem in undocumented(manifest)] == []


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
    (told,) = undocumented({**manifest, "spec": spec})
    assert problem in told


def test_another_version_of_a_kind_is_found() -> None:
    (manifest, *_) = argo_cds()
    assert undocumented({**manifest, "apiVersion": "argoproj.io/v1"}) == [
        "apiVersion: argoproj.io/v1 is not argoproj.io/v1alpha1"
    ]
