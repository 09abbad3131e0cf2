"""Secrets that add-ons need to start (J2), from AWS Secrets Manager."""

from typing import Any

import pytest

from config.derived.secret_refs import secret_refs
from modules.addons.catalog import rendered
from modules.helm.contract import Manifest
from support.addon_environments import MINORS, VARIANTS, releases, variant
from support.environments import environment, problems

SLACK = {"slack": [{"url": "alerts-slack:url", "channel": "#platform"}]}
RECEIVERS = {"platform": SLACK, "shop": SLACK}
CONNECTOR = {"type": "github", "name": "GitHub", "secrets": {"clientSecret": "sso:client-secret"}}


def monitoring(**external_secrets: Any) -> Any:
    return environment(
        platform={
            "external_secrets": external_secrets,
            "monitoring": {
                "alertmanager": {"receivers": RECEIVERS, "default_receiver": "platform"}
            },
        }
    )


def external_secrets(made: Any, release: str) -> dict[str, Manifest]:
    """ExternalSecrets of a release by name."""
    manifests = rendered(made)[release].manifests if release in rendered(made) else ()
    return {
        each["metadata"]["name"]: each for each in manifests if each["kind"] == "ExternalSecret"
    }


@pytest.mark.parametrize("name", VARIANTS)
def test_every_referenced_secret_is_made_before_its_add_on(name: str) -> None:
    plan = releases(name, MINORS[-1])
    named = list(secret_refs(variant(name, MINORS[-1])))
    made = {
        (
            release.addon.settings_field,
            each["spec"]["target"]["name"],
            each["metadata"]["namespace"],
        )
        for release in plan.values()
        if release.name.endswith("-prerequisites")
        and release.name in plan[release.addon.name].requires
        and "external-secrets-resources" in release.requires
        for each in release.manifests
        if each["kind"] == "ExternalSecret"
    }
    namespaces = {plan[key].addon.settings_field: plan[key].namespace for key in plan}
    assert {(each.addon, each.name, namespaces[each.addon]) for each in named} <= made


def test_some_environments_refer_to_secrets() -> None:
    """Otherwise the test above would prove nothing."""
    assert {each.addon for name in VARIANTS for each in secret_refs(variant(name, MINORS[-1]))} == {
        "argo_cd",
        "fluent_bit",
        "monitoring",
        "reports",
    }


def test_the_default_name_in_secrets_manager_is_derived() -> None:
    made = external_secrets(monitoring(), "kube-prometheus-stack-prerequisites")
    assert set(made) == {"alerts-slack", "grafana-admin"}
    assert made["alerts-slack"]["metadata"]["namespace"] == "monitoring"
    assert made["alerts-slack"]["spec"] == {
        "refreshInterval": "1h",
        "secretStoreRef": {"kind": "ClusterSecretStore", "name": "aws-secrets-manager"},
        "target": {"name": "alerts-slack"},
        "data": [
            {
                "secretKey": "url",
                "remoteRef": {"key": "test/platform/alerts-slack", "property": "url"},
            }
        ],
    }


@pytest.mark.parametrize(
    ("settings", "source"),
    [
        ({"prefixes": ["acme/", "rds!"]}, "acme/platform/alerts-slack"),
        ({"sources": {"alerts-slack": "test/slack"}}, "test/slack"),
    ],
)
def test_the_name_in_secrets_manager_can_be_configured(
    settings: dict[str, Any], source: str
) -> None:
    made = external_secrets(monitoring(**settings), "kube-prometheus-stack-prerequisites")
    [data] = made["alerts-slack"]["spec"]["data"]
    assert data["remoteRef"]["key"] == source
    assert problems(monitoring(**settings)) == []


def test_an_unmanaged_secret_is_not_made() -> None:
    made = monitoring(sources={"alerts-slack": None})
    assert set(external_secrets(made, "kube-prometheus-stack-prerequisites")) == {"grafana-admin"}
    assert problems(made) == []


def test_the_keys_of_a_log_store_are_those_that_fluent_bit_reads() -> None:
    store = {
        "product": "elasticsearch",
        "host": "logs.example.com",
        "credentials": {"secret": "store", "username_key": "user"},
        "ca_secret": "store-ca",
    }
    made = environment(platform={"fluent_bit": {"destination": "existing", "existing": store}})
    secrets = external_secrets(made, "fluent-bit-prerequisites")
    keys = {name: [each["secretKey"] for each in s["spec"]["data"]] for name, s in secrets.items()}
    assert keys == {"store": ["password", "user"], "store-ca": ["ca.crt"]}


def test_argo_cd_sees_the_secrets_of_its_connectors() -> None:
    """Without the label it ignores a Secret."""
    made = environment(platform={"argo_cd": {"connectors": {"github": CONNECTOR}}})
    secret = external_secrets(made, "argo-cd-prerequisites")["sso"]
    labels = {"app.kubernetes.io/part-of": "argocd"}
    assert secret["spec"]["target"]["template"] == {"metadata": {"labels": labels}}
    assert secret["metadata"]["namespace"] == "argocd"


def test_no_team_can_read_the_platforms_secrets() -> None:
    """A team's store has the prefix of its name, and no team is named platform."""
    teams = {"platform": {"namespaces": {"apps": {}}}}
    assert [problem.path for problem in problems(environment(teams=teams))] == [
        ("teams", "platform")
    ]


def test_without_external_secrets_existing_secrets_can_be_used() -> None:
    store = {
        "product": "elasticsearch",
        "host": "logs.example.com",
        "credentials": {"secret": "store"},
    }
    platform: dict[str, Any] = {
        "monitoring": {"enabled": False},
        "fluent_bit": {"destination": "existing", "existing": store},
        "external_secrets": {"enabled": False},
    }
    [problem] = problems(environment(platform=platform))
    assert problem.path == ("platform", "fluent_bit", "existing", "credentials", "secret")
    platform["external_secrets"]["sources"] = {"store": None}
    assert problems(environment(platform=platform)) == []
    assert "fluent-bit-prerequisites" not in rendered(environment(platform=platform))
