"""What a platform on a real Kubernetes API refuses, in the API's own words."""

import http.client
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from config.environment import Environment
from config.sections.teams import team_groups
from config.types.quantity import quantity
from runner.errors import RunnerError
from tools.kubernetes import Client, KubernetesError

Manifest = Mapping[str, Any]

_RESTRICTED: Final = {
    "allowPrivilegeEscalation": False,
    "runAsNonRoot": True,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}
"""What Pod Security's level `restricted` demands of a container."""

_NODE_POOL: Final = "NodePool"
_SYSTEM: Final = "kube-system"


def proofs(
    environment: Environment, client: Client, objects: Sequence[Manifest], open_kinds: set[str]
) -> Iterator[tuple[str, Callable[[], str]]]:
    """The name of each proof, and what asks the API and says what it answered.

    A proof raises RunnerError where the API allows what the platform has to refuse. Nothing is
    stored: new objects are dry runs on the server.

    Args:
        environment: the applied environment.
        client: the administrator's.
        objects: the custom resources of the platform.
        open_kinds: kinds whose CRDs are stand-ins that accept any field.
    """
    if environment.teams:
        team, settings = next(iter(environment.teams.items()))
        namespace, limits = next(iter(settings.namespaces.items()))
        group = team_groups(team, settings)["edit"][0]
        member = client.impersonating(f"{team}-developer", group)
        other = next(_others(environment, team), _SYSTEM)
        cpu = str(int(quantity(limits.quota.cpu_requests)) + 1)
        yield "quota", lambda: _quota_refuses(client, namespace, cpu)
        yield "pod security", lambda: _pod_security_refuses(client, namespace)
        yield "RBAC", lambda: _secret_is_out_of_reach(member, namespace, other)
    pools = [each for each in objects if each["kind"] == _NODE_POOL]
    if pools:
        is_real = _NODE_POOL not in open_kinds
        yield "Karpenter", lambda: _node_pools_are_accepted(client, pools, is_real=is_real)


def refusal(client: Client, manifest: Manifest) -> str:
    """What the API says to a new object, which is not stored.

    Raises:
        RunnerError: it would accept it.
    """
    type_ = client.type_of(manifest["apiVersion"], manifest["kind"])
    collection = type_.collection(manifest["metadata"].get("namespace"))
    try:
        client.request("POST", collection, manifest, dryRun="All", fieldValidation="Strict")
    except KubernetesError as error:
        return str(error)
    raise RunnerError(f"The API accepts {json.dumps(manifest)}, which it has to refuse.")


def _quota_refuses(client: Client, namespace: str, cpu: str) -> str:
    pod = _pod(namespace, resources={"requests": {"cpu": cpu}})
    said = _expected("exceeded quota", refusal(client, pod))
    return f"A pod that requests {cpu} CPUs is refused in {namespace}: {said}"


def _pod_security_refuses(client: Client, namespace: str) -> str:
    # Kubernetes itself refuses a privileged container without this.
    security = {**_RESTRICTED, "privileged": True, "allowPrivilegeEscalation": True}
    said = refusal(client, _pod(namespace, securityContext=security))
    return f"A privileged pod is refused in {namespace}: {_expected('violates PodSecurity', said)}"


def _secret_is_out_of_reach(member: Client, own: str, other: str) -> str:
    # That the member may do its work shows that it is not refused for having no right at all.
    pods = member.type_of("v1", "Pod").collection(own)
    member.request("GET", pods)
    try:
        member.objects("v1", "Secret", other)
    except KubernetesError as error:
        if error.code == http.client.FORBIDDEN:
            return f"A developer of {own} reads its pods, but of {other}: {error}"
        raise
    raise RunnerError(f"A developer of {own} may read the Secrets of {other}.")


def _node_pools_are_accepted(client: Client, pools: Sequence[Manifest], *, is_real: bool) -> str:
    missing = [each["metadata"]["name"] for each in pools if client.live(each) is None]
    if missing:
        raise RunnerError(f"The API has no NodePool {', '.join(missing)}.")
    names = ", ".join(each["metadata"]["name"] for each in pools)
    if not is_real:
        return f"NodePool {names} is there; its CRD is a stand-in that accepts any field."
    (pool, *_) = pools
    wrong = {
        **pool,
        "metadata": {"name": "wrong"},
        "spec": {**pool["spec"], "weight": 1000},
    }
    said = _expected("spec.weight", refusal(client, wrong))
    return f"NodePool {names} is accepted by its CRD; one of weight 1000 is not: {said}"


def _others(environment: Environment, team: str) -> Iterator[str]:
    """The namespaces of other teams."""
    for name, settings in environment.teams.items():
        if name != team:
            yield from settings.namespaces


def _pod(namespace: str, **container: Any) -> dict[str, Any]:
    main = {"name": "main", "image": "main", "securityContext": _RESTRICTED, **container}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "demo", "namespace": namespace},
        "spec": {"containers": [main]},
    }


def _expected(words: str, said: str) -> str:
    """The API's answer, from the words for which it was to be refused.

    Raises:
        RunnerError: it was refused for something else.
    """
    if words not in said:
        raise RunnerError(f"The API refuses it for another reason than `{words}`: {said}")
    return said[said.index(words) :].splitlines()[0]
