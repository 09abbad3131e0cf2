"""`eks-platform ip-plan`: the addresses that the Terraform has, for people."""

import json
from collections.abc import Callable

import pytest

from config.derived import ip_plan as ip_plan_module
from rules.load import EXAMPLES
from support.command import Done, command
from support.environments import example
from support.output import Output

IpPlan = Callable[..., Done]


@pytest.fixture
def ip_plan(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> IpPlan:
    """Runs the command for an example, on a terminal of some width."""

    def run(environment: str, columns: str = "160") -> Done:
        monkeypatch.setenv("COLUMNS", columns)
        if not columns:
            monkeypatch.delenv("COLUMNS")
        return command(capsys, "ip-plan", str(EXAMPLES / f"{environment}.yaml"))

    return run


def test_it_names_every_subnet_and_reservation_that_terraform_makes(
    output: Output, ip_plan: IpPlan
) -> None:
    printed = ip_plan("prod").stdout
    network = output.stack("prod-network")
    made = [
        *network.resources("aws_subnet").values(),
        *network.resources("aws_ec2_subnet_cidr_reservation").values(),
    ]
    assert len(made) == 21
    for block in made:
        assert block["cidr_block"] in printed


def test_it_counts_pods_with_security_groups_where_there_are_any(ip_plan: IpPlan) -> None:
    assert "Up to 100 pods with security groups" in " ".join(ip_plan("full").stdout.split())
    assert "security groups" not in ip_plan("prod").stdout


@pytest.mark.parametrize(
    "columns", ["80", "30", ""], ids=["80 columns", "30 columns", "no terminal"]
)
def test_it_cuts_no_address_and_no_zone_however_narrow_the_terminal(
    columns: str, ip_plan: IpPlan
) -> None:
    environment = example("prod")
    plan = ip_plan_module.plan(environment.network)

    words = ip_plan("prod", columns).stdout.replace(",", " ").split()

    for subnet in plan.subnets:
        shown = [
            f"{environment.region}{subnet.zone}",
            str(subnet.cidr),
            *map(str, subnet.reservations),
        ]
        assert set(shown) <= set(words)
    assert {str(block) for block in plan.free} <= set(words)
    assert "…" not in "".join(words)


def test_as_json_it_has_every_subnet(output: Output, capsys: pytest.CaptureFixture[str]) -> None:
    printed = command(capsys, "ip-plan", str(EXAMPLES / "prod.yaml"), "--json").stdout
    data = json.loads(printed)["prod"]
    made = output.stack("prod-network").resources("aws_subnet").values()
    assert {each["cidr"] for each in data["subnets"]} == {each["cidr_block"] for each in made}
    assert sum(each["prefixes"] or 0 for each in data["subnets"]) == 2301


@pytest.mark.parametrize("name", ["prod", "isolated"])
def test_it_fits_into_80_columns(name: str, ip_plan: IpPlan) -> None:
    assert max(map(len, ip_plan(name, "80").stdout.splitlines())) <= 80


def test_it_prints_how_many_pods_and_full_nodes_fit_also_after_a_zone_fails(
    ip_plan: IpPlan,
) -> None:
    printed = ip_plan("prod").stdout
    assert "36816 pods fit" in printed
    assert "24544 still do" in printed
    # 7 prefixes for 110 pods and one for the next pods; 767 prefixes in each zone.
    assert "A node with 110 pods holds 8 prefixes" in printed
    assert "285 such nodes have prefixes, 190 if one zone fails" in printed


def test_it_counts_both_blocks_of_a_vpc_whose_pods_have_a_secondary_one(ip_plan: IpPlan) -> None:
    printed = ip_plan("isolated").stdout
    assert "10.3.0.0/16 and 100.64.0.0/16" in printed
    assert "63968 addresses, 49% of the VPC, are free" in printed


def test_a_file_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    done = command(capsys, "ip-plan", "nowhere/prod.yaml")
    assert done.returncode == 2
    assert done.stderr == "nowhere/prod.yaml: does not exist\n"
