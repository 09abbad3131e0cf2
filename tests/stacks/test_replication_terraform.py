"""Real Terraform applies both ends of what is copied to another region of a platform."""

from itertools import chain
from pathlib import Path
from typing import Any, Final

import pytest

from config.derived import names
from runner.errors import RunnerError
from runner.manifest import STATE, Stack, read_manifest
from runner.regions.steps import reversed_steps, steps
from runner.stages import Run, apply, destroy, plan
from support.commands import lead_commands_to
from support.output import synthesized_output
from support.premade import make_states
from support.provider import SharedProvider, runnable_settings
from support.regions import CENTRAL, WEST, platform
from support.state_objects import state_text
from tools.emulator import LocalAws

REGIONS: Final = ("eu-west-1", "eu-central-1")
NAME: Final = "two-regions/checkout/payments"

FORCED: Final[dict[str, Any]] = {
    "registry": {"force_destroy": True},
    "replication": {"secrets": {"force_destroy": True}},
}

pytestmark = [pytest.mark.terraform, pytest.mark.lifecycle]


class Accounts:
    """The account stacks of both regions."""

    def __init__(self, aws: LocalAws, folder: Path) -> None:
        self._folder = folder
        for environment in self.configure():
            make_states(aws, environment, "", {})
            aws.client("s3", environment.region).put_object(
                Bucket=names.state_bucket(environment),
                Key=names.state_object_key(environment, STATE),
                Body=state_text().encode(),
            )

    def configure(self, **settings: Any) -> Any:
        """Synthesizes a variant of the example."""
        found = platform(self._folder, **runnable_settings(), **settings)
        synthesized_output(self._folder / "cdktf.out", *found)
        stacks = read_manifest(self._folder / "cdktf.out")
        self.stacks: list[Stack] = [
            each for each in stacks if each.short_name in {STATE, "account"}
        ]
        return found

    def parts(self, *extra: str) -> list[Run]:
        """The runs in the order of apply, without the state stacks, which are not made here."""
        whole = chain.from_iterable(
            steps(Run(self.stacks, only="account", extra=extra, approve=True))
        )
        order = [each.name for each in self.stacks if each.short_name == "account"]
        assert order == [f"{CENTRAL}-account", f"{WEST}-account"]
        return sorted(whole, key=lambda run: order.index(f"{run.stacks[0].environment}-account"))

    def apply(self) -> None:
        """Applies both in one pass, after which both plans are empty."""
        for run in self.parts():
            apply(run)
        assert {plan(run) for run in self.parts("-detailed-exitcode")} == {0}

    def destroy(self) -> None:
        """Destroys both."""
        for run in chain.from_iterable(
            reversed_steps(Run(self.stacks, only="account", approve=True))
        ):
            destroy(run)


def test_images_and_secrets_are_copied_until_both_account_stacks_are_destroyed(
    aws: LocalAws, provider: SharedProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead_commands_to(aws, provider, tmp_path / "cdktf.out", monkeypatch)
    accounts = Accounts(aws, tmp_path)
    before = set(aws.inventory(REGIONS))
    accounts.apply()

    ecr, other_ecr = (aws.client("ecr", region) for region in REGIONS)
    [rule] = ecr.describe_registry()["replicationConfiguration"]["rules"]
    assert rule["destinations"] == [{"region": "eu-central-1", "registryId": aws.account}]
    [template] = other_ecr.describe_repository_creation_templates()["repositoryCreationTemplates"]
    assert (template["prefix"], template["appliedFor"]) == ("tools", ["REPLICATION"])

    secrets, other_secrets = (aws.client("secretsmanager", region) for region in REGIONS)
    secrets.put_secret_value(SecretId=NAME, SecretString="value")
    assert other_secrets.get_secret_value(SecretId=NAME)["SecretString"] == "value"
    [replica] = secrets.describe_secret(SecretId=NAME)["ReplicationStatus"]
    kms = aws.client("kms", "eu-central-1")
    key = kms.describe_key(KeyId=f"alias/{WEST}-secrets")["KeyMetadata"]
    assert replica["KmsKeyId"] == key["Arn"]
    assert key["MultiRegionConfiguration"]["MultiRegionKeyType"] == "REPLICA"
    # A value of a secret is in no state, and changes nothing of what Terraform plans.
    assert {plan(run) for run in accounts.parts("-detailed-exitcode")} == {0}

    with pytest.raises(RunnerError) as refused:
        accounts.destroy()
    assert "replication.secrets.force_destroy: true" in str(refused.value)
    assert "aws_kms_replica_key.secrets_replica_key" in str(refused.value)

    accounts.configure(**FORCED)
    accounts.apply()
    accounts.destroy()
    assert set(aws.inventory(REGIONS)) == before
    assert ecr.describe_registry()["replicationConfiguration"]["rules"] == []
    assert aws.failures() == []
