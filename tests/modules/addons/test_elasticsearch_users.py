"""Fluent Bit's user of Elasticsearch: privileges and generated password."""

import json
from typing import Any

from modules.addons.catalog import rendered
from modules.helm.contract import Manifest
from support.environments import environment


def made() -> dict[str, Manifest]:
    """The objects of the user by kind."""
    manifests = rendered(environment())["eck-stack-prerequisites"].manifests
    name = "fluent-bit-elasticsearch"
    return {each["kind"]: each for each in manifests if each["metadata"]["name"] == name}


def template() -> dict[str, str]:
    return made()["ExternalSecret"]["spec"]["target"]["template"]["data"]


def test_the_password_is_generated_in_the_cluster_once() -> None:
    """https://external-secrets.io/latest/api/externalsecret/ and .../api/generator/password/."""
    assert set(made()) == {"Password", "ExternalSecret"}
    secret = made()["ExternalSecret"]["spec"]
    assert set(secret) == {"refreshPolicy", "target", "dataFrom"}
    assert secret["refreshPolicy"] == "CreatedOnce"
    [source] = secret["dataFrom"]
    generator = made()["Password"]
    assert source["sourceRef"]["generatorRef"] == {
        "apiVersion": generator["apiVersion"],
        "kind": "Password",
        "name": generator["metadata"]["name"],
    }
    assert set(generator["spec"]) == {"length", "symbols", "noUpper", "allowRepeat"}
    assert template()["password"].split() == ["{{", ".password", "}}"]


def test_the_user_may_only_append_logs() -> None:
    roles: dict[str, Any] = json.loads(template()["roles.yml"])
    assert list(roles) == [template()["roles"]]
    [role] = roles.values()
    assert role == {
        "indices": [
            {"names": ["logs-kubernetes-*"], "privileges": ["auto_configure", "create_doc"]}
        ]
    }


def test_elasticsearch_and_fluent_bit_read_the_same_secret() -> None:
    releases = rendered(environment())
    name = made()["ExternalSecret"]["spec"]["target"]["name"]
    auth = releases["eck-stack"].values["eck-elasticsearch"]["auth"]
    assert {"secretName": name} in auth["fileRealm"]
    assert auth["fileRealm"] == auth["roles"]
    env = {each["name"]: each for each in releases["fluent-bit"].values["env"]}
    reference = env["LOG_STORE_PASS"]["valueFrom"]["secretKeyRef"]
    assert reference == {"name": name, "key": "password"}
    text = releases["fluent-bit"].values["config"]["extraFiles"]["fluent-bit.yaml"]
    assert f"http_user: {template()['username']}" in text
