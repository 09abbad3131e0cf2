"""`make check` looks at the VPC that others made, before the first apply (L1, M2)."""

from pathlib import Path

from rules.load import load
from runner.check.catalog import CHECKS
from runner.check.finding import Finding
from runner.check.run import context_of, run_one
from runner.manifest import read_manifest
from support.environments import example
from support.existing_vpc import make_vpc
from support.output import synthesized_output
from support.provider import runnable
from tools.emulator import LocalAws

CHECK = next(check for check in CHECKS if check.name == "existing VPC")


def test_it_names_each_subnet_that_is_not_as_written_or_full(
    empty_account: LocalAws, tmp_path: Path
) -> None:
    team = make_vpc(empty_account, example("existing-vpc"))

    def findings() -> dict[str, Finding]:
        file = runnable("existing-vpc", tmp_path, network={"existing": team.settings})
        environments = load([file])
        synthesized_output(tmp_path / "cdktf.out", *environments)
        context = context_of(environments[0], read_manifest(tmp_path / "cdktf.out"))
        return {found.subject: found for found in run_one(CHECK, context)}

    assert {found.status for found in findings().values()} == {"ok"}
    assert len(findings()) == 11

    ec2 = empty_account.client("ec2", "eu-west-1")
    ec2.modify_vpc_attribute(VpcId=team.vpc_id, EnableDnsHostnames={"Value": False})
    full = team.subnet("control_plane", "a")
    for _ in range(6):
        ec2.create_network_interface(SubnetId=full)
    missing = team.settings["pods"]["b"]["id"] = "subnet-0a1b2c3d4e5f60099"
    private = team.settings["private"]
    private["a"]["id"], private["b"]["id"] = private["b"]["id"], private["a"]["id"]
    found = findings()
    assert found[team.vpc_id].found == "enableDnsHostnames off"
    assert (found[full].status, found[full].found) == ("warning", "5 addresses are free")
    assert found[missing].found == "does not exist"
    moved = found[private["a"]["id"]]
    assert moved.status == "error"
    assert moved.found == "is in eu-west-1b, has the CIDR block 10.40.20.0/22"
    assert moved.action == "Correct `network.existing.private.a`."
