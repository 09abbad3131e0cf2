"""The page of an environment (M14): what stands on it, and that its figures are the commands'."""

import re
from datetime import date
from ipaddress import IPv4Network
from itertools import pairwise
from pathlib import Path

import pytest

from config.derived.ip_plan import plan
from rules.load import EXAMPLES
from runner.bill.data import as_data
from runner.capacity import capacity_data
from runner.ip_plan import ip_plan_data
from runner.page.addresses import HEIGHT, WIDTH, drawings
from runner.page.document import html
from runner.page.facts import Facts
from support.bills import DAY, bill_of_example
from support.command import command
from support.environments import example
from support.output import Output
from support.pages import Element, facts_of, page_of, read_page

NAMES = sorted(path.stem for path in EXAMPLES.glob("*.yaml") if path.stem != "base")
NONE = "\N{EN DASH}"
ONE_REGION = [name for name in NAMES if name != "two-regions"]


@pytest.fixture(scope="module")
def prod(output: Output) -> Element:
    return read_page(page_of(output, "prod"))


@pytest.fixture(scope="module")
def difference(output: Output) -> Element:
    return read_page(page_of(output, "dev", "prod")).by_id("difference")


@pytest.mark.parametrize("name", ONE_REGION)
def test_every_example_has_a_page_that_a_screen_reader_can_follow(
    output: Output, name: str
) -> None:
    page = read_page(page_of(output, name))
    [document] = page.all("html")
    assert document.attributes["lang"] == "en"
    assert [each.tag for each in page.all("header", "nav", "main", "footer")] == [
        "header",
        "nav",
        "main",
        "footer",
    ]
    levels = [int(each.tag[1]) for each in page.all("h1", "h2", "h3", "h4")]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [each.attributes["id"] for each in page.all() if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    for link in page.all("a"):
        assert link.attributes["href"].removeprefix("#") in ids
    for table in page.all("table"):
        assert all(cell.text for cell in table.all("thead")[0].all("th"))
        assert all("scope" in cell.attributes for cell in table.all("th"))
        assert all(row.all("th") for row in table.all("tr"))


@pytest.mark.parametrize("name", ["prod", "existing-vpc", "isolated"])
def test_every_drawing_has_a_title_and_a_description(output: Output, name: str) -> None:
    page = read_page(page_of(output, name))
    drawn = [each for each in page.all("svg") if each.attributes.get("role") == "img"]
    assert len(drawn) == len(plan(example(name).network).cidrs)
    for each in drawn:
        title, text = each.attributes["aria-labelledby"].split()
        assert page.by_id(title).tag == "title"
        assert "The table has each subnet" in page.by_id(text).text


def test_addresses_outside_the_subnets_are_free_in_a_vpc_of_its_own_only(output: Output) -> None:
    assert "14032 addresses free" in read_page(page_of(output, "prod")).by_id("network").text
    given = read_page(page_of(output, "existing-vpc")).by_id("network").text
    assert "62816 addresses not in the file" in given
    assert "free" not in given


def test_it_loads_nothing_and_runs_nothing(output: Output) -> None:
    text = page_of(output, "dev", "prod")
    page = read_page(text)
    assert page.all("script", "img", "iframe", "object", "embed", "video", "audio") == []
    assert not [each for each in page.all() for name in each.attributes if name.startswith("on")]
    loaded = [each.attributes["href"] for each in page.all("link")]
    assert loaded == ["data:,"]
    assert re.findall(r"url\((?!#)|@import|\bsrc=", text) == []


def test_the_same_environment_and_day_give_the_same_bytes(output: Output) -> None:
    assert page_of(output, "full") == page_of(output, "full")


def test_text_of_the_user_stays_text(output: Output) -> None:
    facts = facts_of(output, "dev")
    named = facts.environment.model_copy(update={"account": "<script>alert(1)</script>"})
    assert "<script>" not in html(Facts(named, facts.stacks, DAY))


def test_the_subnets_are_those_of_the_ip_plan(prod: Element) -> None:
    expected = ip_plan_data(example("prod"))["subnets"]
    cells = [cell for row in prod.by_id("network").rows()[1:] for cell in row[1:]]
    assert [cell.split()[0] for cell in cells] == [each["cidr"] for each in expected]
    for cell, each in zip(cells, expected, strict=True):
        assert f"{each['usable_addresses']} usable" in cell
        if each["prefixes"]:
            assert f"{each['prefixes']} prefixes" in cell


@pytest.mark.parametrize("name", ONE_REGION)
def test_areas_are_proportional_to_addresses_and_cover_the_vpc_once(name: str) -> None:
    ip_plan = plan(example(name).network)
    for drawing, cidr in zip(drawings(ip_plan), ip_plan.cidrs, strict=True):
        whole = [each for each in drawing.blocks if each.kind != "reservation"]
        for block in drawing.blocks:
            area = float(block.width) * float(block.height)
            share = IPv4Network(block.cidr).num_addresses / cidr.num_addresses
            assert area == pytest.approx(share * WIDTH * HEIGHT, rel=0.02)
        assert sum(IPv4Network(each.cidr).num_addresses for each in whole) == cidr.num_addresses


def test_the_bill_is_that_of_the_command(output: Output, prod: Element) -> None:
    bill = as_data(bill_of_example(output, example("prod")), [])
    section = prod.by_id("bill")
    sums = [f"{bill[each]:,.2f}" for each in ("fixed", "assumed", "total")]
    for number in (0, 1):
        rows = section.rows(number)
        assert rows[-1][1:4] == sums
        for column in (1, 2, 3):
            amounts = [float(row[column].replace(",", "")) for row in rows[1:-1]]
            assert sum(amounts) == pytest.approx(float(sums[column - 1].replace(",", "")))
    stacks = dict.fromkeys(line["stack"] for line in bill["lines"])
    assert [row[0] for row in section.rows()[1:-1]] == list(stacks)


def test_the_capacity_is_that_of_the_command(prod: Element) -> None:
    data = capacity_data(example("prod"))
    section = prod.by_id("capacity")
    zones, nodes = section.rows(0), {row[0]: row[1:] for row in section.rows(1)}
    assert zones[-2][1:3] == [
        str(data["addresses"]["private_addresses"]["available"]),
        str(data["addresses"]["prefixes"]["available"]),
    ]
    assert sum(int(row[1]) for row in zones[1:4]) == int(zones[-2][1])
    requested = data["system_nodes"]["requested"]
    assert nodes["Requests of the platform"] == [
        f"{requested['cpu']:.2f}",
        f"{requested['memory'] / 2**30:.1f}",
        str(requested["pods"]),
    ]


def test_every_release_and_eks_addon_stands_with_its_version(output: Output, prod: Element) -> None:
    shown = {(row[1], row[2]) for row in prod.by_id("software").rows()[1:]}
    addons = output.stack("prod-cluster").resources("aws_eks_addon").values()
    releases = output.stack("prod-platform").resources("helm_release").values()
    expected = {(each["addon_name"], each["addon_version"]) for each in addons}
    expected |= {(each["name"], each["version"]) for each in releases if "version" in each}
    assert expected <= shown


def test_an_age_is_the_days_since_the_release_where_the_table_knows_it(output: Output) -> None:
    ages = {each.name: each for each in facts_of(output, "prod").software}
    assert ages["cert-manager"].age == "78 days"
    assert ages["AL2023_ARM_64_STANDARD"].released == date(2026, 9, 23)
    assert ages["argo-cd"].age == "unknown"


def test_the_way_of_a_request_leads_through_both_load_balancers(output: Output) -> None:
    section = read_page(page_of(output, "intranet")).by_id("requests")
    assert [each.text for each in section.all("h3")] == [
        "Public load balancer",
        "Internal load balancer",
    ]
    public, internal = (each.text for each in section.all("ol"))
    assert "intranet-edge" in public
    assert "internet-facing" in public
    assert "TLS policy ELBSecurityPolicy-TLS13-1-3-2021-06" in public
    for word in ("(private)", "intranet-edge-internal", "ingress-internal", "From 10 .200"):
        assert word in internal, word


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("haproxy", "Network Load Balancer"),
        ("traefik-acme", "No record of Terraform"),
        ("full", "Firewall (AWS WAF)"),
        ("shop-green", "Another environment owns it"),
    ],
)
def test_the_way_names_what_is_special(output: Output, name: str, expected: str) -> None:
    assert expected in read_page(page_of(output, name)).by_id("requests").text


def test_the_matrix_has_what_the_pods_have(output: Output) -> None:
    found = facts_of(output, "gitops").connections
    pairs = found.pairs()
    assert pairs["Kubernetes API to cert-manager"] == "10250"
    assert "shop to shop-test" not in pairs
    assert "shop to argocd" not in pairs
    by_name = {each.pods: each for each in found.pods}
    assert by_name["cert-manager webhook"].callers["Kubernetes API"] == "10250"
    assert by_name["shop"].called["AWS and other servers"] == "443"


def test_a_platform_without_policies_says_so(output: Output) -> None:
    section = read_page(page_of(output, "traefik-acme")).by_id("connections")
    assert "every pod may connect to every other" in section.text


@pytest.mark.parametrize("name", ["prod", "dev", "full"])
def test_what_is_protected_is_what_the_json_protects(output: Output, name: str) -> None:
    expected = {
        f"{stack.short_name} {type_}.{resource}"
        for stack in facts_of(output, name).stacks
        for type_, bodies in stack.document["resource"].items()
        for resource, body in bodies.items()
        if body.get("lifecycle", {}).get("prevent_destroy")
        or body.get("deletion_protection") is True
        or body.get("enable_deletion_protection") is True
    }
    rows = read_page(page_of(output, name)).by_id("protection").rows()[1:]
    assert {f"{row[0]} {row[1].split()[0]}" for row in rows} == expected


def test_a_protected_resource_names_the_setting_that_lifts_it(prod: Element) -> None:
    rows = {row[1].split()[0]: row for row in prod.by_id("protection").rows()[1:]}
    assert rows["aws_eks_cluster.cluster"][3] == "cluster.deletion_protection: false"
    assert rows["aws_efs_file_system.efs"][3:] == [
        "cluster.efs.force_destroy: true",
        "cluster.efs.enabled: false",
    ]
    assert rows["aws_s3_bucket.state"][3] == "make bootstrap-destroy ENV=prod"


def test_a_difference_has_settings_addresses_versions_resources_and_the_bill(
    difference: Element,
) -> None:
    assert [each.text for each in difference.all("h3")] == [
        "Settings",
        "Addresses",
        "Versions",
        "Capacity",
        "Who reaches whom",
        "Protected",
        "Resources",
        "Bill",
    ]
    settings = {row[0]: row[1:] for row in difference.rows(0)}
    assert settings["network.nat"] == ["per_az", "single"]
    assert settings["cluster.deletion_protection"] == ["true", NONE]
    assert {row[0]: row[1:] for row in difference.rows(2)}["Chart eck-stack"][1] == NONE


def test_the_difference_of_the_bill_is_that_of_the_sums(
    output: Output, difference: Element
) -> None:
    before, after = (bill_of_example(output, example(name)).total for name in ("prod", "dev"))
    rows = difference.rows(len(difference.all("table")) - 1)[1:]
    assert sum(float(row[-1]) for row in rows) == pytest.approx(float(after - before))
    assert f"{after - before:+.2f}" in difference.text


def test_an_environment_does_not_differ_from_itself(output: Output) -> None:
    section = read_page(page_of(output, "dev", "dev")).by_id("difference")
    assert section.text == "Difference to dev Nothing differs."


def test_the_command_writes_a_page_for_each_environment_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CDKTF_OUTDIR", str(tmp_path / "out"))
    folder = tmp_path / "pages"
    file = str(EXAMPLES / "two-regions.yaml")
    arguments = ("--to", str(folder), "--day", DAY.isoformat(), "--against", "minimal")
    done = command(capfd, "page", file, *arguments)
    assert done.returncode == 0, done.stderr
    names = sorted(each.name for each in folder.iterdir())
    assert names == ["two-regions-euc1.html", "two-regions-euw1.html"]
    assert done.stdout.count("Written to") == len(names)
    section = read_page((folder / names[0]).read_text(encoding="utf-8")).by_id("difference")
    assert section.text.startswith("Difference to minimal")
