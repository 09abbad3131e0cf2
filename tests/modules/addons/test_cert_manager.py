"""cert-manager (F6, F7, F8): replicas, CRDs, issuers and permissions."""

import json
from typing import Any

import pytest

from modules.addons.catalog import rendered
from modules.addons.cert_manager.addon import ADDON
from modules.helm.contract import Manifest
from support.environments import environment, problems
from support.platform import ZONE, Releases

STAGING = "https://acme-staging-v02.api.letsencrypt.org/directory"
PRODUCTION = "https://acme-v02.api.letsencrypt.org/directory"
PUBLIC_ZONE = {"hosted_zone": ZONE, "domain_names": [ZONE["name"]]}


def issuers(lets_encrypt: dict[str, Any] | None = None, **settings: Any) -> dict[str, Manifest]:
    """ClusterIssuers by name."""
    platform = {"cert_manager": {"lets_encrypt": lets_encrypt or {}}}
    made = rendered(environment(platform=platform, **settings))["cert-manager-resources"]
    return {m["metadata"]["name"]: m for m in made.manifests if m["kind"] == "ClusterIssuer"}


def solvers(lets_encrypt: dict[str, Any] | None = None, **settings: Any) -> list[dict[str, Any]]:
    return issuers(lets_encrypt, **settings)["letsencrypt-production"]["spec"]["acme"]["solvers"]


def test_crds_are_installed_with_the_release_and_kept_after_it() -> None:
    values = rendered(environment())["cert-manager"].values
    assert values["crds"] == {"enabled": True, "keep": True}


def test_every_component_has_replicas_in_several_zones() -> None:
    values = rendered(environment())["cert-manager"].values
    for part, least in ((values, 2), (values["webhook"], 3), (values["cainjector"], 2)):
        assert part["replicaCount"] == least
        assert part["podDisruptionBudget"] == {"enabled": True}
        assert part["topologySpreadConstraints"][0]["topologyKey"] == "topology.kubernetes.io/zone"
        assert part["resources"]["limits"]["memory"]


def test_a_single_replica_has_no_disruption_budget() -> None:
    settings = environment(platform={"cert_manager": {"replicas": 1, "webhook_replicas": 1}})
    values = rendered(settings)["cert-manager"].values
    assert values["podDisruptionBudget"] == {"enabled": False}
    assert values["webhook"]["podDisruptionBudget"] == {"enabled": False}


def test_issuers_wait_until_the_webhook_answers() -> None:
    """Helm waits for the pods and for the chart's Job, which makes an object as a test."""
    made = Releases(environment())
    release = made.release("cert-manager")
    assert release["wait"]
    assert release["wait_for_jobs"]
    assert made.values("cert-manager").get("startupapicheck", {}).get("enabled", True)
    assert "helm_release.cert_manager" in made.before("cert-manager-resources")
    assert "time_sleep" not in made.json["resource"]


def test_there_are_issuers_for_staging_and_production() -> None:
    made = issuers({"email": "platform@example.com"})
    assert made["letsencrypt-staging"]["spec"]["acme"]["server"] == STAGING
    assert made["letsencrypt-production"]["spec"]["acme"]["server"] == PRODUCTION
    for name in ("letsencrypt-staging", "letsencrypt-production"):
        acme = made[name]["spec"]["acme"]
        assert acme["email"] == "platform@example.com"
        assert acme["privateKeySecretRef"] == {"name": f"{name}-account"}


def test_the_front_doors_zone_uses_dns01_and_other_names_http01() -> None:
    dns, http = solvers(edge=PUBLIC_ZONE)
    assert dns == {
        "selector": {"dnsZones": [ZONE["name"]]},
        "dns01": {"route53": {"region": "eu-west-1", "hostedZoneID": ZONE["id"]}},
    }
    assert http == {
        "http01": {"ingress": {"ingressClassName": "nginx", "serviceType": "ClusterIP"}}
    }


def test_additional_zones_have_their_own_solvers() -> None:
    zones = [{"id": "Z2", "name": "other.example"}, ZONE]
    found = solvers({"dns_zones": zones, "http01": False}, edge=PUBLIC_ZONE)
    assert [solver["selector"]["dnsZones"] for solver in found] == [
        [ZONE["name"]],
        ["other.example"],
    ]


def test_a_private_zone_is_not_used_for_dns01() -> None:
    edge = {
        "hosted_zone": {**ZONE, "private": True},
        "domain_names": [ZONE["name"]],
        "certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/1",
    }
    assert [set(solver) for solver in solvers(edge=edge)] == [{"http01"}]


def test_lets_encrypt_can_be_disabled() -> None:
    assert set(issuers({"enabled": False})) == {"self-signed", "internal-ca"}


def test_the_platforms_own_ca_signs_and_keeps_its_key() -> None:
    made = rendered(environment())["cert-manager-resources"].manifests
    [ca] = [item for item in made if item["kind"] == "Certificate"]
    assert ca["spec"]["isCA"] is True
    assert ca["spec"]["privateKey"]["rotationPolicy"] == "Never"
    assert ca["metadata"]["namespace"] == "cert-manager"
    assert issuers()["internal-ca"]["spec"] == {"ca": {"secretName": ca["spec"]["secretName"]}}


def test_permissions_are_for_challenge_records_in_the_zones() -> None:
    policy = ADDON.policies(environment(edge=PUBLIC_ZONE))["dns01"]
    change = next(s for s in policy if s.actions == ["route53:ChangeResourceRecordSets"])
    assert change.resources == [f"arn:aws:route53:::hostedzone/{ZONE['id']}"]
    assert "TXT" in json.dumps(change.conditions)
    assert all("*" not in statement.resources for statement in policy)


def test_without_a_zone_there_are_no_permissions_and_no_role() -> None:
    made = Releases(environment())
    assert "cert_manager_role" not in made.of("aws_iam_role")


def test_the_role_belongs_to_the_service_account_of_the_chart() -> None:
    made = Releases(environment(edge=PUBLIC_ZONE))
    association = made.of("aws_eks_pod_identity_association")["cert_manager_role_association"]
    assert association["service_account"] == "cert-manager"
    assert made.values("cert-manager")["serviceAccount"]["name"] == "cert-manager"
    assert "aws_eks_pod_identity_association.cert_manager_role_association" in made.before(
        "cert-manager"
    )


@pytest.mark.parametrize(
    ("settings", "setting"),
    [({"http01": False}, "http01"), ({"dns_zones": [ZONE, ZONE]}, "dns_zones")],
)
def test_solvers_that_cannot_work_are_refused(settings: dict[str, Any], setting: str) -> None:
    platform = {"cert_manager": {"lets_encrypt": settings}}
    [problem] = problems(environment(platform=platform))
    assert setting in problem.path


def test_tls_alpn_is_not_offered() -> None:
    assert "TLS-ALPN-01 is not offered" in ADDON.notes
    assert "tls" not in json.dumps(solvers(edge=PUBLIC_ZONE)).lower()
