"""A spoke that is removed before its peering connection is deleted (K3)."""

import json
from pathlib import Path

import pytest

from runner.errors import RunnerError
from runner.manifest import Stack, read_manifest
from runner.stages import Run, apply, destroy, plan
from support.fake_terraform import FakeTerraform
from support.state_objects import BUCKET, REGION, applied, write_stacks
from tools.emulator import LocalAws

HUB = {"state": [], "network": ["state"], "fleet": ["network"]}


def with_spokes(outdir: Path, *keys: str) -> list[Stack]:
    """The stacks of a hub whose fleet stack has a provider for each spoke."""
    file = outdir / "stacks" / "shop-euc1-fleet" / "cdk.tf.json"
    document = json.loads(file.read_text())
    [default, *_] = document["provider"]["aws"]
    spokes = [{"alias": key, "region": "eu-west-1"} for key in keys]
    file.write_text(json.dumps(document | {"provider": {"aws": [default, *spokes]}}))
    return read_manifest(outdir)


def connected(aws: LocalAws, *keys: str) -> None:
    """The state of a hub with a connection to each spoke."""
    provider = 'provider["registry.terraform.io/hashicorp/aws"]'
    resources = [
        {
            "mode": "managed",
            "type": type_,
            "name": f"peering_{key}{end}",
            "provider": f"{provider}{alias}",
            "instances": [
                {"attributes": {"id": "pcx-1", "tags": {"Name": f"shop-euc1-shop-{key}"}}}
            ],
        }
        for key in keys
        for type_, end, alias in (
            ("aws_vpc_peering_connection", "", ""),
            ("aws_vpc_peering_connection_accepter", "_accepter", f".{key}"),
        )
    ]
    state = {"lineage": "fleet", "serial": 1, "outputs": {}, "resources": resources}
    body = json.dumps(state).encode()
    aws.client("s3", REGION).put_object(Bucket=BUCKET, Key="shop-euc1/fleet.tfstate", Body=body)


def test_a_spoke_that_is_removed_too_early_is_named_with_the_commands_that_delete_its_connection(
    aws: LocalAws,
    fake_terraform: FakeTerraform,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    outdir = tmp_path / "cdktf.out"
    monkeypatch.setenv("CDKTF_OUTDIR", str(outdir))
    write_stacks(outdir, of={"shop-euc1": HUB})
    applied(aws, "state", "network", environment="shop-euc1")
    connected(aws, "euw1", "eun1")
    stacks = with_spokes(outdir, "euw1")
    for work in (plan, apply, destroy):
        with pytest.raises(RunnerError) as refusal:
            work(Run(stacks, approve=True))
        assert str(refusal.value) == (
            "shop-euc1-fleet still has the peering connection shop-euc1-shop-eun1, whose spoke is "
            "no longer in the fleet: Terraform cannot delete it without a provider for the spoke's "
            "region, so that this stack was left as it is. Put the spoke back into the "
            "configuration, run `make destroy ENV=shop-euc1 STACK=fleet`, remove the spoke again, "
            "and run `make apply ENV=shop-euc1 STACK=fleet`."
        )
    # Its other stacks do not wait for that; a destroy does, which needs the connection gone.
    worked = {(name, command) for name, command, *_ in fake_terraform.calls if command != "init"}
    assert worked == {
        (f"shop-euc1-{stack}", command)
        for stack in ("state", "network")
        for command in ("plan", "apply")
    }
    destroy(Run(with_spokes(outdir, "euw1", "eun1"), "fleet", approve=True))
    assert ["shop-euc1-fleet", "destroy", "-auto-approve"] in fake_terraform.calls
