"""A team gets no user of the platform's Elasticsearch."""

import pytest

from support.members import NAMESPACE, RBAC, as_group
from tools.kubernetes import Client, KubernetesError

pytestmark = [
    pytest.mark.kubernetes,
    pytest.mark.parametrize("platform", ["dev"], indirect=True, scope="session"),
    pytest.mark.usefixtures("platform"),
]

LOGGING = "logging"


@pytest.fixture
def client(platform_client: Client) -> Client:
    return platform_client


def test_no_account_of_a_team_may_refer_to_it(client: Client) -> None:
    """As Elastic's operator asks with `enforceRBAC`, of the account in an object of the team."""
    asked = {
        "verb": "get",
        "group": "elasticsearch.k8s.elastic.co",
        "resource": "elasticsearches",
        "name": "elasticsearch",
        "namespace": LOGGING,
    }
    user = f"system:serviceaccount:{NAMESPACE}:default"
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "metadata": {},
        "spec": {"user": user, "resourceAttributes": asked},
    }
    assert not client.create(review)["status"]["allowed"]


def test_an_administrator_of_a_team_cannot_let_it(client: Client) -> None:
    binding = {
        "apiVersion": f"{RBAC}/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "attack", "namespace": LOGGING},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": "view"},
        "subjects": [{"kind": "ServiceAccount", "name": "default", "namespace": NAMESPACE}],
    }
    with pytest.raises(KubernetesError, match="cannot create resource"):
        as_group(client, "admin").request(
            "POST",
            client.type_of(binding["apiVersion"], "RoleBinding").collection(LOGGING),
            binding,
        )
