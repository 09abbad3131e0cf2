"""The proofs of `make demo` fail where the API does not refuse what it has to."""

from collections.abc import Callable
from typing import Any, Self

import pytest

from runner.errors import RunnerError
from support.environments import environment
from tools.demo.proofs import proofs
from tools.demo.teams import TEAMS
from tools.kubernetes import KubernetesError
from tools.kubernetes.client import ResourceType

POOL = {
    "apiVersion": "karpenter.sh/v1",
    "kind": "NodePool",
    "metadata": {"name": "general"},
    "spec": {},
}
RIGHT = {
    "Pod": "exceeded quota: team, and violates PodSecurity",
    "NodePool": "spec.weight: Invalid value: 1000",
    "Secret": "secrets is forbidden",
}


class Api:
    """An API that refuses new objects and lists by kind, with these words; others it allows."""

    def __init__(self, refused: dict[str, str], *, has_pool: bool = True) -> None:
        self._refused, self._has_pool = refused, has_pool

    def impersonating(self, *_: str) -> Self:
        return self

    def type_of(self, api_version: str, kind: str) -> ResourceType:
        return ResourceType(api_version, kind, "/api", kind, namespaced=True, verbs=())

    def request(self, method: str, path: str, *_: Any, **__: str) -> Any:
        kind = path.rpartition("/")[2]
        if method == "POST" and kind in self._refused:
            raise KubernetesError(403, "Forbidden", self._refused[kind])
        return {"items": []}

    def objects(self, _: str, kind: str, __: str) -> list[Any]:
        if kind in self._refused:
            raise KubernetesError(403, "Forbidden", self._refused[kind])
        return []

    def live(self, manifest: Any) -> Any:
        return manifest if self._has_pool else None


def found(api: Any, open_kinds: frozenset[str] = frozenset()) -> dict[str, Callable[[], str]]:
    return dict(proofs(environment(teams=TEAMS), api, [POOL], set(open_kinds)))


def test_each_says_what_was_asked_and_what_the_api_answered() -> None:
    said = {name: asked() for name, asked in found(Api(RIGHT)).items()}
    assert said["quota"].startswith("A pod that requests 21 CPUs is refused in shop: exceeded")
    assert said["pod security"].endswith("is refused in shop: violates PodSecurity")
    assert said["RBAC"].endswith("but of finance: secrets is forbidden")
    assert said["Karpenter"].endswith("is not: spec.weight: Invalid value: 1000")


@pytest.mark.parametrize("name", ["quota", "pod security", "RBAC", "Karpenter"])
def test_what_the_api_allows_is_a_failure(name: str) -> None:
    with pytest.raises(RunnerError):
        found(Api({}))[name]()


@pytest.mark.parametrize("name", ["quota", "pod security", "Karpenter"])
def test_another_reason_is_a_failure(name: str) -> None:
    with pytest.raises(RunnerError, match="for another reason"):
        found(Api(dict.fromkeys(RIGHT, "the server is busy")))[name]()


def test_a_missing_node_pool_is_a_failure() -> None:
    with pytest.raises(RunnerError, match="no NodePool general"):
        found(Api(RIGHT, has_pool=False))["Karpenter"]()


def test_a_stand_in_crd_is_named_as_one() -> None:
    said = found(Api(RIGHT), frozenset({"NodePool"}))["Karpenter"]()
    assert "stand-in that accepts any field" in said
