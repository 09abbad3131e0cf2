"""An apply that was cut off is found before the next one, and `unlock` repairs what it left."""

import json

import pytest

from runner.errors import RunnerError
from runner.kubernetes import kinds
from runner.stages import Run, apply, plan
from runner.unlock import unlock
from support.cluster_environment import Environment
from support.fake_kubernetes import FakeKubernetes
from support.fake_terraform import FakeTerraform
from support.state_objects import BUCKET, REGION

RECORD = "sh.helm.release.v1.karpenter.v2"
TABLE = "dev-tfstate-lock"


def release(kubernetes: FakeKubernetes, name: str, status: str, revision: int) -> str:
    return kubernetes.add(
        kinds.SECRET,
        f"sh.helm.release.v1.{name}.v{revision}",
        "kube-system",
        labels={
            "owner": "helm",
            "name": name,
            "status": status,
            "version": str(revision),
            "modifiedAt": "1767225600",
        },
    )


def lock(environment: Environment, stack: str) -> None:
    dynamodb = environment.aws.client("dynamodb", REGION)
    dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}],
    )
    note = {
        "ID": "0b5c5d5e",
        "Operation": "OperationTypeApply",
        "Who": "ci@runner-7",
        "Created": "2026-01-01T00:00:00+00:00",
    }
    item = {"LockID": f"{BUCKET}/dev/{stack}.tfstate", "Info": json.dumps(note)}
    dynamodb.put_item(TableName=TABLE, Item={key: {"S": value} for key, value in item.items()})


def locked(environment: Environment) -> int:
    return environment.aws.client("dynamodb", REGION).scan(TableName=TABLE)["Count"]


@pytest.fixture
def pending(kubernetes: FakeKubernetes) -> str:
    release(kubernetes, "karpenter", "deployed", 1)
    release(kubernetes, "of-a-team", "pending-install", 1)
    return release(kubernetes, "karpenter", "pending-upgrade", 2)


@pytest.mark.usefixtures("pending")
def test_a_locked_release_is_named_before_terraform_runs_into_it(
    environment: Environment,
    fake_terraform: FakeTerraform,
    capfd: pytest.CaptureFixture[str],
) -> None:
    run = Run(environment.stacks, only="platform", approve=True)
    plan(run)
    line = "kube-system/karpenter: revision 2 is pending-upgrade since 2026-01-01T00:00:00+00:00"
    printed = capfd.readouterr().out
    assert f"Locked release: {line}." in printed
    assert "of-a-team" not in printed
    fake_terraform.answers(apply=1)
    with pytest.raises(RunnerError, match="`make unlock ENV=dev`") as error:
        apply(run)
    assert line in str(error.value)
    assert [call[1] for call in fake_terraform.calls] == ["init", "plan"]


def test_unlock_shows_who_holds_a_state_and_releases_all_that_is_confirmed(
    environment: Environment, kubernetes: FakeKubernetes, pending: str
) -> None:
    lock(environment, "platform")
    said, asked = list[str](), list[str]()

    def confirm(question: str) -> bool:
        asked.append(question)
        return True

    before = kubernetes.names(kinds.SECRET)
    unlock(environment.stacks, confirm=confirm, say=said.append)
    text = "\n".join(said)
    assert "dev/platform.tfstate" in text
    assert "ci@runner-7" in text
    assert "2026-01-01T00:00:00+00:00" in text
    assert RECORD in "\n".join(asked)
    assert locked(environment) == 0
    assert pending not in kubernetes.objects
    assert set(before) - set(kubernetes.names(kinds.SECRET)) == {RECORD}
    unlock(environment.stacks, confirm=confirm, say=said.append)
    assert said[-1] == "Nothing is locked."


def test_releases_stay_locked_while_their_state_is(
    environment: Environment, kubernetes: FakeKubernetes, pending: str
) -> None:
    """The state may be locked by the apply that works on the release."""
    lock(environment, "platform")
    unlock(environment.stacks, confirm=lambda _: False, say=lambda _: None)
    assert locked(environment) == 1
    assert pending in kubernetes.objects
