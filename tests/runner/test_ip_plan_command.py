"""`python -m runner ip-plan`: the addresses that the Terraform has, for people."""

import subprocess
import sys
from pathlib import Path

from support.output import Output

PROJECT = Path(__file__).parents[2]


def ip_plan(environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "runner", "ip-plan", environment],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        env={"COLUMNS": "160"},
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


def test_it_says_how_many_pods_fit_also_when_a_zone_fails() -> None:
    printed = ip_plan("prod").stdout
    assert "336 pods fit" in printed
    assert "224 still do" in printed


def test_an_unknown_environment_is_refused_with_the_ones_there_are() -> None:
    done = ip_plan("prd")
    assert done.returncode == 2
    assert "prod" in done.stderr
