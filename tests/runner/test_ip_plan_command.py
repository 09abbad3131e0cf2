"""`python -m runner ip-plan`: the addresses that the Terraform has, for people."""

import subprocess
import sys
from pathlib import Path

import pytest

from config.derived import ip_plan as ip_plan_module
from support.environments import example
from support.output import Output

PROJECT = Path(__file__).parents[2]


def ip_plan(environment: str, columns: str = "160") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "runner", "ip-plan", environment],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        env={"COLUMNS": columns} if columns else {},
    )


def test_it_names_every_subnet_and_reservation_that_terraform_makes(output: Output) -> None:
    printed = ip_plan("prod").stdout
    network = output.stack("prod-network")
    made = [
        *network.resources("aws_subnet").values(),
        *network.resources("aws_ec2_subnet_cidr_reservation").values(),
    ]
    assert len(made) == 12
    for block in made:
        assert block["cidr_block"] in printed


@pytest.mark.parametrize(
    "columns", ["80", "30", ""], ids=["80 columns", "30 columns", "no terminal"]
)
def test_it_cuts_no_address_and_no_zone_however_narrow_the_terminal(columns: str) -> None:
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


def test_it_fits_into_80_columns() -> None:
    assert max(map(len, ip_plan("prod", "80").stdout.splitlines())) <= 80


def test_it_says_how_many_pods_fit_also_when_a_zone_fails() -> None:
    printed = ip_plan("prod").stdout
    assert "336 pods fit" in printed
    assert "224 still do" in printed


def test_an_unknown_environment_is_refused_with_the_ones_there_are() -> None:
    done = ip_plan("prd")
    assert done.returncode == 2
    assert "prod" in done.stderr
