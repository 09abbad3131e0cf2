"""The Argo CD of a hub, an administrator of its spokes, may have no more than Argo CD here."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.derived import fleet
from modules.namespaces.admission.kinds import kinds_policy
from modules.namespaces.admission.policy import ENFORCE
from modules.namespaces.admission.services import services_policy
from support.members import NAMESPACE, TEAM, object_, refusal
from support.regions import WEST, platform
from tools.kubernetes import Client

pytestmark = pytest.mark.kubernetes

ATTACKS = {
    "type must not be ExternalName": object_(
        "v1", "Service", spec={"type": "ExternalName", "externalName": "argocd-server.argocd.svc"}
    ),
    f"team {TEAM} may not have": object_("v1", "ResourceQuota", spec={"hard": {"pods": "1000"}}),
}
"""By a part of the message."""


@pytest.fixture(scope="module")
def hub(client: Client, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The hub's Argo CD in a spoke, where policies apply in the team's namespace."""
    folder: Path = tmp_path_factory.mktemp("fleet")
    teams = {TEAM: {"namespaces": {NAMESPACE: {}}}}
    [spoke] = [each for each in platform(folder, teams=teams) if each.name == WEST]
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    made: list[dict[str, Any]] = [client.create(namespace)]
    for policy in (services_policy(spoke), kinds_policy(spoke, TEAM, spoke.teams[TEAM])):
        made += [client.create(policy.manifest)]
        made += [client.create(policy.binding([NAMESPACE], ENFORCE))]
    role = f"assumed-role/{fleet.spoke_role_name(spoke)}"
    user = f"arn:{spoke.partition}:sts::{spoke.account}:{role}/1789"
    yield client.impersonating(user, "system:masters")
    for each in reversed(made):
        client.delete(each, seconds=60)


@pytest.mark.parametrize("message", ATTACKS)
def test_what_a_team_may_not_have_is_refused_to_a_hub(
    client: Client, hub: Client, message: str
) -> None:
    said: list[str] = []

    def refused() -> bool:
        said.append(refusal(hub, ATTACKS[message]))
        return message in said[-1]

    # New policies apply after a moment.
    client.wait_until(refused, 30, lambda: said[-1] or "it is admitted")
    assert refusal(client, ATTACKS[message]) == ""
