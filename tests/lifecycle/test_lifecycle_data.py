"""Real Terraform replicates files and backups between two regions, fails over, and back.

Networks and the buckets of backups are made without Terraform, and there are no clusters.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest

from config.derived import names
from config.environment import Environment
from runner.errors import RunnerError
from runner.manifest import STATE, read_manifest
from runner.regions.efs_failover import efs_failover, efs_overwrite
from runner.regions.steps import reversed_steps, steps
from runner.stages import Run, apply, destroy, plan
from support.commands import lead_commands_to
from support.output import synthesized_output
from support.premade import make_network, make_states
from support.provider import SharedProvider, runnable_settings
from support.regions import CENTRAL, WEST, platform
from support.state_objects import state_text
from tools.emulator import LocalAws

REGIONS = ("eu-west-1", "eu-central-1", "us-east-1")

pytestmark = [pytest.mark.terraform, pytest.mark.lifecycle]


class Platform:
    """The data stacks of the example in the emulated account."""

    def __init__(self, aws: LocalAws, folder: Path) -> None:
        self._aws, self._folder = aws, folder
        self.environments = self.configure("eu-west-1")
        for environment in self.environments:
            self._make_network(environment)
        self._before = set(aws.inventory(REGIONS))

    def configure(self, source: str) -> list[Environment]:
        """Synthesizes the platform with one direction of copies."""
        [destination] = {"eu-west-1", "eu-central-1"} - {source}
        settings = runnable_settings()
        settings["cluster"] = {**settings.get("cluster", {}), "efs": {"force_destroy": True}}
        environments = platform(
            self._folder,
            **settings,
            replication={"source": source, "destination": destination},
        )
        synthesized_output(self._folder / "cdktf.out", *environments)
        known = {each.name for each in environments}
        self.stacks = [
            stack
            for stack in read_manifest(self._folder / "cdktf.out")
            if stack.short_name in ("state", "data") and stack.environment in known
        ]
        return environments

    def apply(self) -> None:
        """Applies everything in one pass, after which every plan is empty."""
        for run in self._parts():
            apply(run)
        self.has_nothing_to_change()

    def has_nothing_to_change(self) -> None:
        assert {plan(run) for run in self._parts("-detailed-exitcode")} == {0}
        assert self._aws.failures() == []

    def destroy(self) -> None:
        for part in chain.from_iterable(
            reversed_steps(Run(self.stacks, approve=True, without_kubernetes=True))
        ):
            destroy(part)

    def made(self) -> set[str]:
        """What Terraform has made and not deleted."""
        return set(self._aws.inventory(REGIONS)) - self._before

    def protection(self) -> dict[str, str]:
        """What EFS says of the file system of each region."""
        return {
            region: each["FileSystemProtection"]["ReplicationOverwriteProtection"]
            for region in ("eu-west-1", "eu-central-1")
            for each in self._aws.client("efs", region).describe_file_systems()["FileSystems"]
        }

    def replicas(self) -> dict[str, str]:
        """The environment to whose bucket S3 replicates the backups of each one."""
        found: dict[str, str] = {}
        for each in self.environments:
            [rule] = self._aws.client("s3", each.region).get_bucket_replication(
                Bucket=names.backups(each).bucket
            )["ReplicationConfiguration"]["Rules"]
            for other in self.environments:
                if rule["Destination"]["Bucket"].endswith(names.backup_replica(other).bucket):
                    found[each.name] = other.name
        return found

    def _make_network(self, environment: Environment) -> None:
        region = environment.region
        s3 = self._aws.client("s3", region)
        outputs = make_network(self._aws, environment)
        for bucket in (names.backups(environment), names.backup_replica(environment)):
            s3.create_bucket(
                Bucket=bucket.bucket, CreateBucketConfiguration={"LocationConstraint": region}
            )
            s3.put_bucket_versioning(
                Bucket=bucket.bucket, VersioningConfiguration={"Status": "Enabled"}
            )
        stack = next(each for each in self.stacks if each.name == f"{environment.name}-data")
        network = re.findall(
            r"data\.terraform_remote_state\.network\.outputs\.[\w.]+",
            (stack.directory / "cdk.tf.json").read_text(),
        )
        make_states(self._aws, environment, " ".join(network), outputs)
        s3.put_object(
            Bucket=names.state_bucket(environment),
            Key=names.state_object_key(environment, STATE),
            Body=state_text().encode(),
        )

    def _parts(self, *extra: str) -> Iterator[Run]:
        """The runs without the state stacks, which are not made here."""
        for run in chain.from_iterable(steps(Run(self.stacks, extra=extra, approve=True))):
            if part := [each for each in run.part or run.stacks if each.short_name != STATE]:
                yield replace(run, part=part)


@pytest.fixture
def two_regions(
    aws: LocalAws, provider: SharedProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Platform:
    lead_commands_to(aws, provider, tmp_path / "cdktf.out", monkeypatch)
    return Platform(aws, tmp_path)


def test_files_fail_over_and_back_and_no_apply_overwrites_them(two_regions: Platform) -> None:
    def confirm(_: str) -> bool:
        return True

    said: list[str] = []
    two_regions.apply()
    assert two_regions.protection() == {"eu-west-1": "ENABLED", "eu-central-1": "REPLICATING"}
    assert two_regions.replicas() == {WEST: CENTRAL, CENTRAL: WEST}

    efs_failover(two_regions.stacks, "euc1", local=False, confirm=confirm, say=said.append)
    assert "Complete up to" in said[1]
    writable = {"eu-west-1": "ENABLED", "eu-central-1": "ENABLED"}
    assert two_regions.protection() == writable
    # The file still says the former direction: Terraform begins no replication in it.
    two_regions.apply()
    assert two_regions.protection() == writable

    two_regions.configure("eu-central-1")
    with pytest.raises(RunnerError, match="says that eu-west-1 is the destination"):
        efs_overwrite(two_regions.stacks, "euc1", confirm=confirm, say=said.append)
    efs_overwrite(two_regions.stacks, "euw1", confirm=confirm, say=said.append)
    two_regions.apply()
    assert two_regions.protection() == {"eu-west-1": "REPLICATING", "eu-central-1": "ENABLED"}

    # A change of the direction in the file ends the replication, and begins none.
    two_regions.configure("eu-west-1")
    two_regions.apply()
    assert two_regions.protection() == writable

    two_regions.destroy()
    assert two_regions.made() == set()
