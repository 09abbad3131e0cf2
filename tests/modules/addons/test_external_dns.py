"""external-dns (F10): its zones and records, and never the front door's."""

from typing import Any

import pytest

from modules.addons.catalog import rendered
from modules.addons.external_dns.addon import ADDON
from modules.helm.contract import Values
from modules.identity.policy import Statement
from support.environments import environment, problems
from support.platform import ZONE, Releases

OTHER = {"id": "Z2", "name": "other.example"}
EDGE = {"hosted_zone": ZONE, "domain_names": [ZONE["name"], f"*.{ZONE['name']}"]}


def configured(edge: dict[str, Any] | None = None, **settings: Any) -> Any:
    platform = {"external_dns": {"enabled": True, **settings}}
    return environment(platform=platform, edge=EDGE if edge is None else edge)


def values(**settings: Any) -> Values:
    return rendered(configured(**settings))["external-dns"].values


def statements(**settings: Any) -> dict[str, Statement]:
    [policy] = ADDON.policies(configured(**settings)).values()
    return {statement.sid: statement for statement in policy}


def allowed(name: str, record_type: str, **settings: Any) -> bool:
    """Whether IAM allows changing a record; `name` is normalized as by Route 53."""
    conditions = statements(**settings)["Change"].conditions
    request = {
        "route53:ChangeResourceRecordSetsNormalizedRecordNames": name,
        "route53:ChangeResourceRecordSetsRecordTypes": record_type,
    }
    wanted = conditions.get("ForAllValues:StringEquals", {})
    refused = conditions.get("ForAllValues:StringNotEquals", {})
    return all(request[key] in listed for key, listed in wanted.items()) and not any(
        request[key] in listed for key, listed in refused.items()
    )


def test_it_is_installed_only_where_enabled() -> None:
    assert "external-dns" not in rendered(environment(edge=EDGE))
    assert "external-dns" in rendered(configured())


def test_it_manages_the_front_doors_zone_by_default() -> None:
    zone = "arn:aws:route53:::hostedzone/"
    assert statements()["Change"].resources == [f"{zone}{ZONE['id']}"]
    assert statements(zones=[OTHER])["Change"].resources == [f"{zone}Z2"]
    assert statements(zones=[OTHER])["Records"].resources == [f"{zone}Z2"]


def test_its_flags_and_its_role_have_the_same_zones() -> None:
    made = values(zones=[ZONE, OTHER])
    filters = [argument for argument in made["extraArgs"] if "zone" in argument]
    assert filters == [f"--zone-id-filter={ZONE['id']}", "--zone-id-filter=Z2"]
    assert made["domainFilters"] == [ZONE["name"], "other.example"]


def test_only_services_with_a_load_balancer_get_records() -> None:
    """An ExternalName and `externalIPs` would lead a name of the platform anywhere."""
    types = [each for each in values()["extraArgs"] if "service-type" in each]
    assert types == ["--service-type-filter=LoadBalancer"]


@pytest.mark.parametrize("name", ["platform.example.com", r"\052.platform.example.com"])
def test_it_cannot_change_the_front_doors_names(name: str) -> None:
    """Route 53 writes the star of a wildcard as \\052 in the condition key."""
    assert not allowed(name, "A")
    assert not allowed(name, "TXT")
    assert allowed("shop.platform.example.com", "A")


@pytest.mark.parametrize("record_type", ["NS", "SOA", "MX", "CAA", "DS"])
def test_it_cannot_change_other_record_types(record_type: str) -> None:
    assert not allowed("shop.platform.example.com", record_type)


def test_zones_are_listed_and_nothing_else_is_allowed_everywhere() -> None:
    everywhere = [s for s in statements().values() if "*" in s.resources]
    assert [statement.actions for statement in everywhere] == [["route53:ListHostedZones"]]


def test_records_have_the_clusters_name_as_owner() -> None:
    assert values()["registry"] == "txt"
    assert values()["txtOwnerId"] == "test"


@pytest.mark.parametrize("policy", ["create-only", "upsert-only", "sync"])
def test_the_policy_is_always_set(policy: str) -> None:
    """The chart requires it."""
    assert values(policy=policy)["policy"] == policy
    assert values()["policy"] == "upsert-only"


def test_the_prefix_of_annotations_does_not_change_with_the_version() -> None:
    """With `policy: sync`, records of resources with another prefix would be deleted."""
    assert values()["annotationPrefix"] == "external-dns.alpha.kubernetes.io/"
    own = {"annotationPrefix": "external-dns.kubernetes.io/"}
    assert values(values=own)["annotationPrefix"] == own["annotationPrefix"]


def test_the_role_belongs_to_its_service_account() -> None:
    made = Releases(configured())
    association = made.of("aws_eks_pod_identity_association")["external_dns_role_association"]
    assert association["service_account"] == "external-dns"
    assert made.values("external-dns")["serviceAccount"]["name"] == "external-dns"


def test_without_a_zone_it_is_refused() -> None:
    [problem] = problems(configured(edge={}))
    assert problem.path == ("platform", "external_dns", "zones")
    assert problems(configured(edge={}, zones=[OTHER])) == []


def test_duplicate_zones_are_refused() -> None:
    [problem] = problems(configured(zones=[OTHER, OTHER]))
    assert problem.path == ("platform", "external_dns", "zones", 1, "id")
