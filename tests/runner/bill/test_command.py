"""`python -m runner bill`: the bill as text, as JSON, and against another one."""

import json
import re
import subprocess
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from config.reading.report import ConfigError
from rules.load import EXAMPLES, PROJECT
from runner.bill import against as against_
from runner.bill.commitments import what_if
from runner.bill.compare import changes
from runner.bill.report import print_bill, print_changes, print_what_if
from runner.errors import RunnerError
from support.bills import bill_of_example
from support.command import Done, command
from support.environments import example
from support.output import Output

DEV = str(EXAMPLES / "dev.yaml")
PROD = str(EXAMPLES / "prod.yaml")

Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs the command for a day on which the examples have standard support."""
    monkeypatch.setenv("CDKTF_OUTDIR", str(tmp_path / "output"))
    monkeypatch.setenv("COLUMNS", "200")

    def bill(*arguments: str) -> Done:
        return command(capfd, "bill", *arguments, "--day", "2026-11-28")  # pyright: ignore

    return bill


def test_the_tables_have_each_resource_and_the_sums(run: Run) -> None:
    done = run(DEV, "--what-if", "--against", PROD)
    assert done.returncode == 0
    cells = [re.split(r" {2,}", line.strip()) for line in done.stdout.splitlines()]
    by_what = {(row[0], row[1]): row for row in cells if len(row) > 5}
    nodes = by_what["aws_eks_node_group.node_group_system", "t4g.large"]
    assert nodes[2:6] == ["2190 instance-hour", "0.0736", "161.18", "2026-07 d"]
    data = by_what["aws_nat_gateway.nat_a", "data processed"]
    assert data[4:] == ["4.80", "2026-09-25", "nat_gb"]
    assert "No workloads of yours are assumed" in done.stdout
    assert "Not counted: 1 aws_dynamodb_table: " in done.stdout
    assert "An estimate, no quotation." in done.stdout
    assert "Compute Savings Plan, 1 year, no upfront" in done.stdout
    assert f"dev against {PROD}" in done.stdout
    assert "-35.04" in done.stdout


@pytest.mark.parametrize("width", [40, 80, 120])
def test_tables_fit_any_width(output: Output, width: int) -> None:
    bill, before = (bill_of_example(output, example(name)) for name in ("dev", "prod"))
    console = Console(width=width, file=StringIO())
    print_bill(bill, console)
    print_what_if(bill, what_if(bill), console)
    print_changes(before, bill, "prod", changes(before, bill), console)
    assert isinstance(console.file, StringIO)
    lines = console.file.getvalue().splitlines()
    assert len(lines) > 100
    assert max(map(len, lines)) <= width
    flat = "".join("".join(lines).split())
    assert "aws_nat_gateway.nat_a" in flat


def test_json_has_the_same_numbers(run: Run) -> None:
    bill = json.loads(run(DEV, "--json").stdout)["dev"]
    assert bill["currency"] == "USD"
    assert bill["hours_per_month"] == 730
    assert bill["day"] == "2026-11-28"
    assert bill["total"] == pytest.approx(bill["fixed"] + bill["assumed"])
    assert bill["total"] == pytest.approx(sum(line["amount"] for line in bill["lines"]))
    assert {line["price"]["source"] for line in bill["lines"]} == set(bill["sources"])
    assert bill["free"]["aws_iam_role"]["reason"] == "IAM is free"
    assert bill["karpenter"][0]["pool"] == "default"
    assert any(plan["mark"] == "memory" for plan in bill["commitments"])


def test_regions_of_a_platform_have_a_bill_each(run: Run) -> None:
    bills = json.loads(run(str(EXAMPLES / "two-regions.yaml"), "--json").stdout)
    assert [bill["region"] for bill in bills.values()] == ["eu-west-1", "eu-central-1"]


def test_the_difference_to_another_environment_is_for_each_resource(run: Run) -> None:
    bill = json.loads(run(DEV, "--json", "--against", PROD).stdout)["dev"]
    other = bill["against"]
    assert other["environment"] == "prod"
    differences = {(each["address"], each["what"]): each for each in other["changes"]}
    gateway = differences["aws_nat_gateway.nat_b", "hours"]
    assert (gateway["before"], gateway["after"], gateway["difference"]) == (35.04, None, -35.04)
    assert sum(each["difference"] for each in other["changes"]) == pytest.approx(
        bill["total"] - other["total"]
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of this program, whose first commit has a dev with one NAT gateway a zone."""
    folder = tmp_path / "repository"
    listed = subprocess.run(
        ["git", "-C", str(PROJECT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        source, target = PROJECT / name, folder / name
        if name.startswith(("tests/", "docs/", "tools/")) or not source.is_file():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
    dev = folder / "examples" / "environments" / "dev.yaml"
    dev.write_text(dev.read_text().replace("  nat: single\n", ""))
    for arguments in (
        ["init", "-q"],
        ["add", "--all", "--force"],
        ["-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "-m", "First"],
        ["tag", "first"],
    ):
        subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)
    return folder


def addresses(other: against_.Other) -> set[str]:
    network = next(each for each in other.stacks["dev"] if each.short_name == "network")
    document: dict[str, Any] = network.document["resource"]
    return set(document["aws_nat_gateway"])


def test_a_revision_is_made_by_its_own_program_and_files(repository: Path) -> None:
    with against_.synthesized("first", "dev", repository) as other:
        assert other.name == "dev at first"
        assert addresses(other) == {"nat_a", "nat_b"}
        (loaded,) = other.environments
        assert loaded.network.nat == "per_az"
        assert other.of(loaded) is loaded


def test_a_revision_knows_the_file_of_a_path_of_the_repository(repository: Path) -> None:
    path = str(repository / "examples" / "environments" / "dev.yaml")
    with against_.synthesized("first", path, repository) as other:
        assert addresses(other) == {"nat_a", "nat_b"}


def test_a_revision_without_the_environment_is_refused(repository: Path) -> None:
    with pytest.raises(RunnerError, match="staging at first cannot be read"):
        against_.synthesized("first", "staging", repository).__enter__()
    with pytest.raises(RunnerError, match="outside of this repository"):
        against_.synthesized("first", "/elsewhere/dev.yaml", repository).__enter__()


def test_a_name_that_is_nothing_is_refused_with_what_there_is(repository: Path) -> None:
    with pytest.raises(ConfigError, match="did you mean prod"):
        against_.synthesized("prodd", "dev", repository).__enter__()


def test_an_environment_of_several_regions_is_chosen_by_name_or_region(run: Run) -> None:
    two = str(EXAMPLES / "two-regions.yaml")
    bill = json.loads(run(DEV, "--json", "--against", two).stdout)["dev"]
    assert bill["against"]["environment"] == "two-regions-euw1"
