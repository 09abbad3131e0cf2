"""`make check` (M2): hosted zones, records of others, and who may issue certificates."""

from collections.abc import Callable
from typing import Any

from support.checked import ZONE, Checked, servers
from support.name_server import name_server

Of = Callable[[str], Checked]


def record(type_: str, name: str, *values: str) -> dict[str, Any]:
    records = [{"Value": value} for value in values]
    change = {"Name": name, "Type": type_, "TTL": 60, "ResourceRecords": records}
    return {"Action": "CREATE", "ResourceRecordSet": change}


DNS = ("hosted zones", "DNS records", "CAA")


def test_records_of_others_delegation_and_certificate_authorities(checked: Of) -> None:
    prod = checked("prod")
    prod.aws.make_hosted_zone(ZONE, "example.com")
    changes = [
        record("CNAME", "prod.example.com", "old.example.net"),
        record("TXT", "prod.example.com", '"heritage=external-dns,external-dns/owner=blue"'),
        record("CAA", "example.com", '0 issue "letsencrypt.org"', '0 issuewild ";"'),
    ]
    prod.aws.client("route53").change_resource_record_sets(
        HostedZoneId=ZONE, ChangeBatch={"Changes": changes}
    )
    elsewhere = {("example.com", "NS"): ["ns1.example.net", "ns2.example.net"]}
    with name_server(elsewhere) as resolver:
        found = prod.with_resolver(resolver).by_subject(*DNS)
    wrong = {each.subject: each.found for each in found.values() if each.status != "ok"}
    assert wrong == {
        "delegation of example.com": "ns1.example.net, ns2.example.net",
        "record prod.example.com A": (
            "exists: CNAME old.example.net, made by external-dns of blue"
        ),
        "certificate of prod.example.com, by Amazon": (
            "the CAA records of example.com allow letsencrypt.org"
        ),
        "certificate of *.prod.example.com, by Amazon": (
            "the CAA records of example.com allow no certificate authority"
        ),
    }
    assert servers(prod.aws)[0] in found["delegation of example.com"].action
    assert found["record *.prod.example.com A"].found == "is free"
    wildcard = found["certificate of *.prod.example.com, by Amazon"].action
    assert wildcard.endswith('the CAA record `0 issue "amazon.com"`, and as `issuewild`.')


def test_the_zone_above_may_forbid_certificates_or_not_lead_to_the_zone(checked: Of) -> None:
    full = checked("full")
    full.aws.make_hosted_zone(ZONE, "platform.example.com")
    above = {
        ("platform.example.com", "NS"): [],
        ("example.com", "CAA"): ['0 issue "pki.example.net; account=1"', '0 issue "amazon.com"'],
    }
    with name_server(above) as resolver:
        found = full.with_resolver(resolver).by_subject(*DNS)
    assert found["delegation of platform.example.com"].found == "no name servers"
    amazon = found["certificate of platform.example.com, by Amazon"]
    assert (amazon.status, amazon.found) == ("ok", "the CAA records of example.com allow it")
    encrypt = found["certificate of platform.example.com, by Let's Encrypt"]
    assert (encrypt.status, encrypt.found) == (
        *("error", "the CAA records of example.com allow amazon.com, pki.example.net"),
    )
    offline = full.by_subject(*DNS)["delegation of platform.example.com"]
    assert (offline.status, offline.found) == (
        *("not checked", "/etc/resolv.conf names no name server"),
    )


def test_a_zone_of_another_name_or_kind_is_an_error(checked: Of) -> None:
    prod = checked("prod")
    prod.aws.make_hosted_zone(ZONE, "example.org")
    subject = f"hosted zone example.com ({ZONE})"
    found = prod.by_subject("hosted zones")[subject]
    assert (found.status, found.found) == ("error", "is the zone example.org")
    zone = prod.environment.edge.hosted_zone
    assert zone is not None
    private = zone.model_copy(update={"name": "example.org", "private": True})
    edge = prod.environment.edge.model_copy(update={"hosted_zone": private})
    kind = prod.changed(edge=edge).by_subject("hosted zones")[f"hosted zone example.org ({ZONE})"]
    assert (kind.status, kind.found, kind.needed) == ("error", "is public", "private")
