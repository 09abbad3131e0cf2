"""`python -m runner prices`: prices from a server with files in the format of AWS's price list."""

import json
import threading
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from runner.bill.prices import FOLDER, PriceBook
from runner.bill.refresh.update import refresh
from runner.errors import RunnerError
from support.command import command

COLUMNS = (
    "SKU",
    "TermType",
    "StartingRange",
    "EndingRange",
    "Unit",
    "PricePerUnit",
    "Currency",
    "Product Family",
    "Location Type",
    "Tenancy",
    "Operating System",
    "License Model",
    "usageType",
    "operation",
    "CapacityStatus",
    "Pre Installed S/W",
)
"""Those of AWS's file of EC2 that the reader looks at, and one that it does not."""

METADATA = (
    '"FormatVersion","v1.0"',
    '"Disclaimer","This pricing list is for informational purposes only."',
    '"Publication Date","2026-11-20T17:45:21Z"',
    '"Version","20261120174521"',
)

DEFAULTS = {
    "TermType": "OnDemand",
    "StartingRange": "0",
    "EndingRange": "Inf",
    "Currency": "USD",
    "Location Type": "AWS Region",
}

BOX = {
    "Product Family": "Compute Instance",
    "Tenancy": "Shared",
    "Operating System": "Linux",
    "License Model": "No License required",
    "operation": "RunInstances",
    "CapacityStatus": "Used",
    "Pre Installed S/W": "NA",
    "Unit": "Hrs",
}

NAT = {"Product Family": "NAT Gateway", "operation": "NatGateway", "Unit": "Hrs"}

EC2 = (
    NAT | {"usageType": "EU-NatGateway-Hours", "PricePerUnit": "0.0490000000"},
    # Traps of the real file: longer names, another prefix, no charge, and what is not on demand.
    NAT
    | {
        "usageType": "EU-RegionalNatGateway-Hours",
        "operation": "RegionalNatGateway",
        "PricePerUnit": "0.0500000000",
    },
    NAT | {"usageType": "EU-Outposts-NatGateway-Hours", "PricePerUnit": "0.9"},
    NAT | {"usageType": "EU-NatGateway-Hours", "PricePerUnit": "0.2", "TermType": "Reserved"},
    NAT
    | {
        "usageType": "LHR1-NatGateway-Hours",
        "PricePerUnit": "0.3",
        "Location Type": "AWS Local Zone",
    },
    {
        "Product Family": "Provisioned Throughput",
        "Unit": "GiBps-mo",
        "usageType": "EU-EBS:VolumeP-Throughput.gp3",
        "PricePerUnit": "46.0800000000",
    },
    BOX | {"usageType": "EU-BoxUsage:m7g.large", "PricePerUnit": "0.0912000000"},
    BOX | {"usageType": "EU-BoxUsage:c5.metal", "PricePerUnit": "4.5"},
    BOX | {"usageType": "EU-BoxUsage:m7g.large", "PricePerUnit": "0.2", "Operating System": "RHEL"},
    BOX | {"usageType": "EU-BoxUsage:m7g.large", "PricePerUnit": "0.3", "Tenancy": "Dedicated"},
    BOX | {"usageType": "EU-UnusedBox:m7g.xlarge", "PricePerUnit": "0.4"},
)

VPC = (
    {
        "Product Family": "VpcEndpoint",
        "operation": "VpcEndpoint",
        "Unit": "Hrs",
        "usageType": "EU-VpcEndpoint-Hours",
        "PricePerUnit": "0.0120000000",
    },
    *(
        {
            "Product Family": "VpcEndpoint",
            "Unit": "GB",
            "usageType": "EU-VpcEndpoint-Bytes",
            "StartingRange": start,
            "EndingRange": end,
            "PricePerUnit": price,
        }
        # AWS does not sort them.
        for start, end, price in (
            ("5242880", "Inf", "0.004"),
            ("0", "1048576", "0.01"),
            ("1048576", "5242880", "0.006"),
        )
    ),
)

KMS = (
    {
        "Product Family": "Encryption Key",
        "usageType": "eu-west-1-KMS-Keys",
        "PricePerUnit": "1.0000000000",
    },
    {"usageType": "eu-west-1-KMS-Requests", "PricePerUnit": "0.0000030000"},
)

LOGS = tuple(
    {
        "Product Family": "Data Payload",
        "usageType": f"{prefix}DataProcessing-Bytes",
        "PricePerUnit": "0.58",
    }
    for prefix in ("", "EU-")
)

DNS = (
    {
        "Product Family": "DNS Zone",
        "usageType": "HostedZone",
        "PricePerUnit": price,
        "StartingRange": start,
        "EndingRange": end,
    }
    for start, end, price in (("0", "25", "0.5"), ("25", "Inf", "0.1"))
)

TWO_PRICES = (
    {"usageType": "EU-TimedStorage-ByteHrs", "Product Family": family, "PricePerUnit": price}
    for family, price in (("EC2 Container Registry", "0.1"), ("EC2 Container Registry", "0.2"))
)


def csv(offer: str, rows: "Iterator[dict[str, str]] | tuple[dict[str, str], ...]") -> str:
    lines = [*METADATA, f'"OfferCode","{offer}"', ",".join(f'"{name}"' for name in COLUMNS)]
    for row in rows:
        values = DEFAULTS | row
        lines.append(",".join(f'"{values.get(name, "")}"' for name in COLUMNS))
    return "\n".join(lines) + "\n"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002, ARG002
        return


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A price list of some services, at the paths of AWS's."""
    folder = tmp_path_factory.mktemp("list")
    for offer, place, rows in (
        ("AmazonEC2", "/eu-west-1", EC2),
        ("AmazonVPC", "/eu-west-1", VPC),
        ("awskms", "/eu-west-1", KMS),
        ("AmazonCloudWatch", "/eu-west-1", LOGS),
        ("AmazonRoute53", "", DNS),
        ("AmazonECR", "/eu-west-1", TWO_PRICES),
    ):
        path = folder / f"offers/v1.0/aws/{offer}/current{place}/index.csv"
        path.parent.mkdir(parents=True)
        path.write_text(csv(offer, rows))
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as served:
        thread = threading.Thread(target=served.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{served.server_address[1]}"
        served.shutdown()
        thread.join()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "eu-west-1.json").write_bytes((FOLDER / "eu-west-1.json").read_bytes())
    return tmp_path


@pytest.fixture
def said(server: str, folder: Path) -> list[str]:
    """What a refresh of eu-west-1 says."""
    lines: list[str] = []
    refresh("eu-west-1", lines.append, server, folder)
    return lines


@pytest.mark.usefixtures("said")
@pytest.mark.parametrize(
    ("key", "price"),
    [
        ("nat_gateway.zonal_hour", "0.049"),
        ("nat_gateway.regional_hour", "0.05"),
        ("ebs.gp3_mibps_month", "0.045"),
        ("vpc_endpoint.interface_hour", "0.012"),
        ("kms.key_month", "1"),
        ("kms.requests_10000", "0.03"),
        ("cloudwatch.logs_ingest_gb", "0.58"),
    ],
)
def test_a_price_is_that_of_the_list_with_its_day(folder: Path, key: str, price: str) -> None:
    found = PriceBook(folder).region("eu-west-1").get(key)
    assert found
    assert found.first == Decimal(price)
    assert (found.mark, found.source, found.date) == ("listed", "aws-price-list", "2026-11-20")
    old = PriceBook().region("eu-west-1").get(key)
    assert old
    assert found.unit == old.unit


@pytest.mark.usefixtures("said")
def test_tiers_are_put_in_order(folder: Path) -> None:
    prices = PriceBook(folder).region("eu-west-1")
    data, zones = prices.get("vpc_endpoint.interface_gb"), prices.get("route53.hosted_zone_month")
    assert data
    assert zones
    assert [tier.price for tier in data.tiers] == [Decimal(f"0.0{n}") for n in ("1", "06", "04")]
    assert zones.amount(Decimal(30)) == Decimal("13.0")


@pytest.mark.usefixtures("said")
def test_instance_types_are_those_of_linux_on_shared_machines(folder: Path) -> None:
    prices = PriceBook(folder).region("eu-west-1")
    found = prices.instance("m7g.large")
    assert found
    assert (found.first, found.mark, found.date) == (Decimal("0.0912"), "listed", "2026-11-20")
    assert prices.instance("c5.metal")
    assert prices.instance("m7g.xlarge") is None


def test_what_the_list_lacks_or_has_twice_keeps_its_price(folder: Path, said: list[str]) -> None:
    kept, old = PriceBook(folder).region("eu-west-1"), PriceBook().region("eu-west-1")
    for key, reason in (
        ("nat_gateway.zonal_gb", "the file has no price of it"),
        ("ecr.gb_month", "the file has several prices of it"),
        ("alb.hour", "no file of AWSELB"),
    ):
        assert kept.get(key) == old.get(key)
        assert f"Kept as it was: {key}: {reason}." in said
    assert any("AWSELB/current/eu-west-1/index.csv: HTTP 404" in line for line in said)
    assert "eu-west-1: 9 prices and 2 instance types are those of AWS's price list." in said


def test_a_list_without_instance_types_keeps_those_there_are(folder: Path, tmp_path: Path) -> None:
    files = tmp_path / "served" / "offers/v1.0/aws/AmazonEC2/current/eu-west-1"
    files.mkdir(parents=True)
    (files / "index.csv").write_text(csv("AmazonEC2", EC2[:1]))
    handler = partial(Quiet, directory=str(tmp_path / "served"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as served:
        thread = threading.Thread(target=served.serve_forever)
        thread.start()
        refresh("eu-west-1", print, f"http://127.0.0.1:{served.server_address[1]}", folder)
        served.shutdown()
        thread.join()
    old = json.loads((FOLDER / "eu-west-1.json").read_text())["instances"]
    assert json.loads((folder / "eu-west-1.json").read_text())["instances"] == old


def test_without_a_network_nothing_is_written(folder: Path) -> None:
    before = (folder / "eu-west-1.json").read_bytes()
    with pytest.raises(RunnerError, match="No file of AWS's price list for eu-west-1"):
        refresh("eu-west-1", print, "http://127.0.0.1:1", folder)
    assert (folder / "eu-west-1.json").read_bytes() == before


def test_something_else_than_a_price_list_is_refused(server: str, folder: Path) -> None:
    with pytest.raises(RunnerError):
        refresh("eu-west-1", print, f"{server}/offers", folder)
    with pytest.raises(RunnerError, match="could be fetched"):
        refresh("eu-west-1", print, "file:///etc", folder)


@pytest.mark.parametrize(
    ("region", "message"),
    [("eu-wst-1", "did you mean eu-west-1?"), ("cn-north-1", "in CNY")],
)
def test_a_region_that_cannot_be_fetched_is_refused(
    capsys: pytest.CaptureFixture[str], region: str, message: str
) -> None:
    done = command(capsys, "prices", region, "--server", "http://127.0.0.1:1")
    assert done.returncode == 2
    assert message in done.stderr
