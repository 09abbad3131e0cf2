"""External Secrets (J2): permissions, stores and availability."""

from typing import Any

import pytest

from config import versions
from modules.addons.catalog import rendered
from modules.addons.external_secrets.addon import ADDON
from modules.addons.external_secrets.secret_stores import team_store
from modules.helm.cluster_secrets import STORE
from modules.helm.contract import Manifest, Values
from support.environments import environment, problems
from support.platform import Releases
from tools.security.parliament_library import only_reads_and_knows_no_resource

ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012"
TEAMS = {"shop": {"namespaces": {"shop": {}, "shop-test": {}}}, "pay": {"namespaces": {"pay": {}}}}


def values(**settings: Any) -> Values:
    made = rendered(environment(platform={"external_secrets": settings}))
    return made["external-secrets"].values


def read(settings: dict[str, Any] | None = None, **others: Any) -> dict[str, Any]:
    """Statements by name."""
    configured = environment(platform={"external_secrets": settings or {}}, **others)
    [policy] = ADDON.policies(configured).values()
    return {statement.sid: statement for statement in policy}


def stores(settings: dict[str, Any] | None = None, **others: Any) -> dict[str, Manifest]:
    """ClusterSecretStores by name."""
    configured = environment(platform={"external_secrets": settings or {}}, **others)
    made = rendered(configured)["external-secrets-resources"].manifests
    return {store["metadata"]["name"]: store for store in made}


def test_secrets_of_the_environment_may_be_read_and_no_others() -> None:
    statements = read()
    assert set(statements) == {"Read"}
    assert statements["Read"].resources == [f"{ARN}test/*"]


def test_other_secrets_may_be_read_where_configured() -> None:
    assert read({"prefixes": ["prod/", "rds!"]})["Read"].resources == [
        f"{ARN}prod/*",
        f"{ARN}rds!*",
    ]


@pytest.mark.parametrize(
    ("region", "partition", "suffixes"),
    [
        ("cn-north-1", "aws-cn", ["amazonaws.com", "amazonaws.com.cn"]),
        ("eu-west-1", "aws", ["amazonaws.com"]),
    ],
)
def test_a_key_decrypts_secrets_only(region: str, partition: str, suffixes: list[str]) -> None:
    key = KEY.replace("arn:aws:", f"arn:{partition}:").replace("eu-west-1", region)
    decrypt = read({"kms_keys": [key]}, region=region)["Decrypt"]
    assert decrypt.actions == ["kms:Decrypt"]
    assert decrypt.resources == [key]
    services = [f"secretsmanager.{region}.{suffix}" for suffix in suffixes]
    assert decrypt.conditions == {"StringEquals": {"kms:ViaService": services}}


def test_nothing_may_be_listed_or_written() -> None:
    """Listing cannot be restricted and would show a team the names of others."""
    for statement in read({"kms_keys": [KEY]}).values():
        assert "*" not in statement.resources
        assert not any(only_reads_and_knows_no_resource(action) for action in statement.actions)
    assert set(read()["Read"].actions) == {
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetSecretValue",
    }
    assert values()["processPushSecret"] is False
    assert values()["processClusterPushSecret"] is False


def test_the_store_uses_the_role_of_the_controller() -> None:
    """https://external-secrets.io/latest/api/spec/#external-secrets.io/v1.AWSProvider"""
    assert stores() == {
        "aws-secrets-manager": {
            "apiVersion": "external-secrets.io/v1",
            "kind": "ClusterSecretStore",
            "metadata": {"name": "aws-secrets-manager"},
            "spec": {
                "provider": {"aws": {"service": "SecretsManager", "region": "eu-west-1"}},
                "conditions": [
                    {
                        "namespaceSelector": {
                            "matchExpressions": [{"key": "team", "operator": "DoesNotExist"}]
                        }
                    }
                ],
            },
        }
    }
    made = Releases(environment())
    association = made.of("aws_eks_pod_identity_association")["external_secrets_role_association"]
    assert association["service_account"] == "external-secrets"
    assert association["namespace"] == "external-secrets"
    assert values()["serviceAccount"] == {"name": "external-secrets", "annotations": {}}


def test_a_team_sees_its_own_secrets_only() -> None:
    made = stores(teams=TEAMS)
    assert set(made) == {STORE, team_store("shop"), team_store("pay")}
    spec = made["aws-secrets-manager-shop"]["spec"]
    assert spec["provider"]["aws"]["prefix"] == "test/shop/"
    assert spec["conditions"] == [{"namespaces": ["shop", "shop-test"]}]


def test_what_teams_see_may_be_read() -> None:
    settings = {"prefixes": ["acme/prod/", "rds!"]}
    made = stores(settings, teams=TEAMS)
    assert made[team_store("pay")]["spec"]["provider"]["aws"]["prefix"] == "acme/prod/pay/"
    assert f"{ARN}acme/prod/*" in read(settings)["Read"].resources


def test_a_namespaced_store_cannot_use_the_controllers_role() -> None:
    assert values()["processSecretStore"] is False
    assert values(namespaced_stores=True)["processSecretStore"] is True


def test_it_makes_tokens_of_service_accounts_for_stores_of_teams_only() -> None:
    assert values()["rbac"] == {"serviceAccountTokenCreate": False}
    assert values(namespaced_stores=True)["rbac"] == {"serviceAccountTokenCreate": True}


def test_uninstalling_keeps_the_crds_and_with_them_every_secret() -> None:
    assert values()["crds"]["annotations"] == {"helm.sh/resource-policy": "keep"}


def test_every_component_has_replicas_in_several_zones() -> None:
    made = values(webhook_replicas=3)
    parts = {"": made, "-webhook": made["webhook"], "-cert-controller": made["certController"]}
    for suffix, part in parts.items():
        assert part["replicaCount"] == (3 if suffix == "-webhook" else 2)
        assert part["podDisruptionBudget"] == {"enabled": True}
        zones, _ = part["topologySpreadConstraints"]
        assert zones["topologyKey"] == "topology.kubernetes.io/zone"
        assert zones["labelSelector"]["matchLabels"] == {
            "app.kubernetes.io/name": f"external-secrets{suffix}",
            "app.kubernetes.io/instance": "external-secrets",
        }
        assert part["resources"]["limits"]["memory"]
    assert made["leaderElect"] is True
    assert made["certController"]["extraArgs"] == {"enable-leader-election": True}


def test_a_single_replica_has_no_disruption_budget() -> None:
    made = values(replicas=1, webhook_replicas=1)
    for part in (made, made["webhook"], made["certController"]):
        assert part["podDisruptionBudget"] == {"enabled": False}


def test_prometheus_scrapes_it_where_monitoring_is_enabled() -> None:
    assert values()["serviceMonitor"]["enabled"] is True
    off = rendered(environment(platform={"monitoring": {"enabled": False}}))
    assert off["external-secrets"].values["serviceMonitor"]["enabled"] is False
    assert "helm_release.prometheus_operator_crds" in Releases(environment()).before(
        "external-secrets"
    )


@pytest.mark.parametrize("minor", versions.minors())
def test_the_chart_was_tested_on_the_kubernetes_minor(minor: str) -> None:
    made = rendered(environment(cluster={"version": minor}))
    assert made["external-secrets"].version == versions.chart_version("external-secrets", minor)


def test_a_key_of_another_region_is_refused() -> None:
    key = KEY.replace("eu-west-1", "eu-central-1")
    [problem] = problems(environment(platform={"external_secrets": {"kms_keys": [KEY, key]}}))
    assert problem.path == ("platform", "external_secrets", "kms_keys", 1)


@pytest.mark.parametrize(
    "prefixes", [["prod/", "prod/shop/"], ["prod/shop/", "prod/"], ["prod/", "prod/"]]
)
def test_a_prefix_within_another_is_refused(prefixes: list[str]) -> None:
    assert len(problems(environment(platform={"external_secrets": {"prefixes": prefixes}}))) == 1
