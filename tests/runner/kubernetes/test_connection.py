"""The runner finds the Kubernetes API of a cluster as kubectl and Terraform's providers do."""

import base64
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from runner.backend.location import Location
from runner.kubernetes.access import access_to, token
from runner.kubernetes.api import Kubernetes, KubernetesUnreachableError
from runner.kubernetes.connection import connect_to
from runner.manifest import Stack
from support.fake_kubernetes import serving
from support.state_objects import REGION
from tools.emulator import LocalAws


@pytest.fixture
def location(aws: LocalAws, stacks: list[Stack]) -> Location:
    assert aws
    return Location.of(stacks[0])


def test_a_token_is_a_presigned_request_that_names_the_cluster(location: Location) -> None:
    """The format that the API server of EKS accepts."""
    prefix, _, encoded = token(location, "dev", REGION).rpartition(".")
    assert prefix == "k8s-aws-v1"
    assert "=" not in encoded
    url = urlsplit(base64.urlsafe_b64decode(f"{encoded}===").decode())
    query = parse_qs(url.query)
    assert query["Action"] == ["GetCallerIdentity"]
    assert query["X-Amz-Expires"] == ["60"]
    assert "x-k8s-aws-id" in query["X-Amz-SignedHeaders"][0]
    assert f"/{REGION}/sts/aws4_request" in query["X-Amz-Credential"][0]


def test_a_cluster_that_does_not_exist_has_no_api(location: Location) -> None:
    assert connect_to(location, "dev", REGION) is None


def test_an_api_that_does_not_answer_is_named_with_its_address(
    location: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as fake:
        address = fake.access.endpoint
    found = {
        "name": "dev",
        "endpoint": address,
        "certificateAuthority": {"data": base64.b64encode(b"").decode()},
    }
    monkeypatch.setattr("runner.kubernetes.connection.described", lambda *_: found)
    with pytest.raises(KubernetesUnreachableError) as error:
        connect_to(location, "dev", REGION)
    assert f"does not answer at {address}" in str(error.value)
    assert "make tunnel ENV=dev" in error.value.ways
    monkeypatch.setattr(
        "runner.kubernetes.connection.described", lambda *_: {"name": "dev", "status": "CREATING"}
    )
    with pytest.raises(KubernetesUnreachableError, match="dev is CREATING and has no"):
        connect_to(location, "dev", REGION)


def test_an_api_that_refuses_says_what_is_missing() -> None:
    with serving() as fake:
        fake.answer = lambda *_: (401, json.dumps({"message": "Unauthorized"}))  # type: ignore[method-assign]
        with pytest.raises(KubernetesUnreachableError, match=r"\(401 .*access entry"):
            Kubernetes(fake.access, lambda: "token").check()


def test_the_certificate_of_the_cluster_is_the_one_that_is_trusted() -> None:
    data = base64.b64encode(b"-----BEGIN CERTIFICATE-----").decode()
    access = access_to(
        {"name": "dev", "endpoint": "https://a", "certificateAuthority": {"data": data}}
    )
    assert access.certificate_authority == "-----BEGIN CERTIFICATE-----"
