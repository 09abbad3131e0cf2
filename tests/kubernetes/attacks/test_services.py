"""Services and Secrets of a team lead to nothing of others."""

from typing import Any

import pytest

from support.members import ArgoCd, as_group, object_, permitted, refusal
from tools.kubernetes import Client

pytestmark = [
    pytest.mark.kubernetes,
    pytest.mark.parametrize("platform", ["dev"], indirect=True, scope="session"),
    pytest.mark.usefixtures("platform"),
]

PORTS = [{"port": 443}]
TOKEN = {"kubernetes.io/service-account.name": "default"}

ATTACKS: dict[str, dict[str, Any]] = {
    "externalIPs must be empty": object_(
        "v1", "Service", spec={"ports": PORTS, "externalIPs": ["10.1.0.10"]}
    ),
    "type must not be ExternalName": object_(
        "v1",
        "Service",
        spec={"type": "ExternalName", "externalName": "prometheus-operated.monitoring.svc"},
    ),
    "exceeded quota": object_("v1", "Service", spec={"ports": PORTS, "type": "LoadBalancer"}),
    "services.nodeports=1": object_("v1", "Service", spec={"ports": PORTS, "type": "NodePort"}),
    "such a token never expires": object_(
        "v1",
        "Secret",
        type="kubernetes.io/service-account-token",
        metadata={"annotations": TOKEN},
    ),
}
"""By a part of the message."""


@pytest.fixture
def client(platform_client: Client) -> Client:
    return platform_client


@pytest.mark.parametrize("message", ATTACKS)
def test_what_leads_to_others_is_refused(client: Client, argo_cd: ArgoCd, message: str) -> None:
    for member in (as_group(client, "edit"), argo_cd.api):
        assert message in refusal(member, ATTACKS[message])


def test_a_plain_service_is_allowed(client: Client, project: dict[str, Any]) -> None:
    service = object_("v1", "Service", spec={"ports": PORTS, "selector": {"app": "shop"}})
    assert refusal(as_group(client, "edit"), service) == ""
    assert permitted(project, service)
