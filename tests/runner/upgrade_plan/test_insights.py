"""Insights of EKS that report an error: who uses what, and what to do."""

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.stub import Stubber

from runner.check.aws import AwsReader
from runner.upgrade_plan.eks import Eks, node_skew
from runner.upgrade_plan.minors import MinorUpgrade
from support.environments import environment

UPGRADE = MinorUpgrade("test", "1.35", "1.36", "1.35", configured=False)
READINESS = {"clusterName": "test", "filter": {"categories": ["UPGRADE_READINESS"]}}
SEEN = datetime(2026, 11, 1, tzinfo=UTC)


class Session:
    """Gives one client for all services."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def client(self, *_: Any, **__: Any) -> Any:
        return self._client


def insight(name: str, status: str, version: str = "1.36") -> dict[str, Any]:
    return {
        "id": name,
        "name": name,
        "category": "UPGRADE_READINESS",
        "kubernetesVersion": version,
        "insightStatus": {"status": status, "reason": f"{name} is {status}"},
    }


@pytest.fixture
def stubbed() -> tuple[Eks, Stubber]:
    client = boto3.client("eks", region_name="eu-west-1", config=Config(signature_version=UNSIGNED))
    session: Any = Session(client)
    return Eks(environment(), AwsReader("eu-west-1", session)), Stubber(client)


def test_an_error_names_clients_replacement_and_what_to_do(stubbed: tuple[Eks, Stubber]) -> None:
    eks, stub = stubbed
    clients = [
        {"userAgent": "rare", "numberOfRequestsLast30Days": 1, "lastRequestTime": SEEN},
        {"userAgent": "operator/v1", "numberOfRequestsLast30Days": 70, "lastRequestTime": SEEN},
    ]
    usage = {
        "usage": "/apis/resource.k8s.io/v1beta1/resourceclaims",
        "replacedWith": "/apis/resource.k8s.io/v1/resourceclaims",
        "stopServingVersion": "1.36",
        "clientStats": clients,
    }
    details = {
        **insight("Deprecated APIs", "ERROR"),
        "recommendation": "Update the clients",
        "resources": [
            {
                "kubernetesResourceUri": "/apis/a/b",
                "insightStatus": {"status": "ERROR", "reason": "used"},
            }
        ],
        "categorySpecificSummary": {"deprecationDetails": [usage]},
    }
    listed = [
        insight("Deprecated APIs", "ERROR"),
        insight("Kubelet version skew", "PASSING"),
        insight("Deprecated APIs of later", "ERROR", "1.37"),
    ]
    stub.add_response("list_insights", {"insights": listed}, READINESS)
    stub.add_response(
        "describe_insight", {"insight": details}, {"clusterName": "test", "id": "Deprecated APIs"}
    )
    with stub:
        found = {
            each.subject: each for each in eks.findings(UPGRADE, []) if each.check == "EKS insights"
        }
    assert found.keys() == {"Deprecated APIs", "Kubelet version skew"}
    error = found["Deprecated APIs"]
    assert (error.status, error.action) == ("error", "Update the clients")
    assert "used by operator/v1 (70 requests), rare (1 requests)" in error.found
    assert "instead /apis/resource.k8s.io/v1/resourceclaims" in error.found
    assert error.found.endswith("/apis/a/b")


def test_what_the_credentials_may_not_read_is_named_and_the_rest_goes_on(
    stubbed: tuple[Eks, Stubber],
) -> None:
    eks, stub = stubbed
    stub.add_client_error("list_insights", "AccessDeniedException", http_status_code=403)
    version = {"clusterVersion": "1.36", "versionStatus": "EXTENDED_SUPPORT"}
    stub.add_response("describe_cluster_versions", {"clusterVersions": [version]})
    stub.add_response("list_nodegroups", {"nodegroups": []})
    with stub:
        found = {each.check: each for each in eks.findings(UPGRADE, [])}
    assert found["EKS insights"].status == "not checked"
    assert "eks:ListInsights" in found["EKS insights"].found
    assert (found["EKS versions"].status, found["EKS versions"].found) == (
        "warning",
        "extended support",
    )


@pytest.mark.parametrize(
    ("version", "status"),
    [("1.35", "ok"), ("1.36", "ok"), ("1.34", "warning"), ("1.33", "warning"), ("1.32", "error")],
)
def test_nodes_may_be_three_minors_behind(version: str, status: str) -> None:
    assert node_skew("nodes", version, UPGRADE).status == status
