"""Pods of a team take no place and no priority of the platform's pods."""

from typing import Any

import pytest

from support.applied_platform import AppliedPlatform
from support.members import NAMESPACE, SECONDS, ArgoCd, as_group, object_, refusal
from tools.kubernetes import Client, KubernetesError

pytestmark = [
    pytest.mark.kubernetes,
    pytest.mark.parametrize("platform", ["dev"], indirect=True, scope="session"),
]

RESTRICTED: dict[str, Any] = {
    "allowPrivilegeEscalation": False,
    "runAsNonRoot": True,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}

ATTACKS: dict[str, dict[str, Any]] = {
    "priorityClassName": {"priorityClassName": "system-node-critical"},
    "tolerations must not": {
        "tolerations": [{"key": "CriticalAddonsOnly", "operator": "Exists"}],
        "nodeSelector": {"eks.amazonaws.com/nodegroup": "system"},
    },
    "tolerate every taint": {"tolerations": [{"operator": "Exists"}]},
    "nodeName must not": {"nodeName": "system-0"},
}
"""By a part of the message."""


@pytest.fixture
def client(platform_client: Client) -> Client:
    return platform_client


def _template(spec: dict[str, Any]) -> dict[str, Any]:
    main = {"name": "main", "image": "main", "securityContext": RESTRICTED}
    return {"metadata": {"labels": {"app": "attack"}}, "spec": {"containers": [main], **spec}}


def _all_forms(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """A pod, and the objects of a team from which controllers make pods."""
    template = _template(spec)
    selector = {"matchLabels": {"app": "attack"}}
    once = _template({"restartPolicy": "Never", **spec})
    schedule = {"schedule": "@daily", "jobTemplate": {"spec": {"template": once}}}
    return [
        object_("v1", "Pod", spec=template["spec"]),
        object_("apps/v1", "Deployment", spec={"selector": selector, "template": template}),
        object_("apps/v1", "ReplicaSet", spec={"selector": selector, "template": template}),
        object_(
            "apps/v1",
            "StatefulSet",
            spec={"selector": selector, "template": template, "serviceName": "attack"},
        ),
        object_("batch/v1", "Job", spec={"template": once}),
        object_("batch/v1", "CronJob", spec=schedule),
    ]


@pytest.mark.usefixtures("platform")
@pytest.mark.parametrize("message", ATTACKS)
def test_a_pod_with_a_place_of_the_platforms_is_refused(
    client: Client, argo_cd: ArgoCd, message: str
) -> None:
    for each in _all_forms(ATTACKS[message]):
        for member in (as_group(client, "edit"), argo_cd.api):
            assert message in refusal(member, each), each["kind"]


@pytest.mark.usefixtures("platform")
def test_the_same_pods_without_it_are_allowed(client: Client) -> None:
    for each in _all_forms({"tolerations": [{"key": "team", "operator": "Exists"}]}):
        assert refusal(as_group(client, "edit"), each) == ""


@pytest.mark.usefixtures("platform")
def test_a_pod_that_waits_gets_no_toleration_later(client: Client) -> None:
    nowhere = {"nodeSelector": {"tests/nowhere": "here"}, "tolerations": []}
    pod = object_("v1", "Pod", spec=_template(nowhere)["spec"])
    member = as_group(client, "edit")
    made = member.create(pod)
    try:
        tolerations = [*made["spec"]["tolerations"], {"operator": "Exists"}]
        with pytest.raises(KubernetesError, match="tolerations must not"):
            member.patch(pod, {"spec": {"tolerations": tolerations}})
        member.patch(pod, {"metadata": {"labels": {"app": "attack"}}})
    finally:
        client.delete(pod, seconds=SECONDS)


def test_the_quota_has_no_room_for_the_priorities_of_the_system(
    platform: AppliedPlatform, client: Client
) -> None:
    """Of all makers of pods: also an object of an earlier version keeps none of them."""
    assert platform.environment.teams
    quotas = client.objects("v1", "ResourceQuota", NAMESPACE)
    (hard,) = [each["spec"]["hard"] for each in quotas if "scopeSelector" in each["spec"]]
    assert hard == {"pods": "0"}
