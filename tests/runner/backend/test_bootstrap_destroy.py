"""The end of a state backend: only when nothing else needs it, or when told twice."""

import pytest

from runner.backend.teardown import STEPS
from runner.errors import RunnerError
from support.bootstrapping import StateBackend
from support.state_objects import BUCKET, REGION, applied, make_bucket, state_text

OTHER_STATES = ("network", "cluster")


@pytest.mark.parametrize("confirmed", [None, "another-bucket"])
def test_other_states_in_the_bucket_prevent_the_destroy(
    confirmed: str | None, dev: StateBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3 = make_bucket(dev.aws, environment="dev", managed_by="eks-platform")
    applied(dev.aws, "state", *OTHER_STATES, resources=3)
    applied(dev.aws, "edge", resources=0)
    s3.put_object(Bucket=BUCKET, Key="notes.txt", Body=b"mine")
    monkeypatch.setattr("runner.terraform.Terraform.run", lambda *_: pytest.fail("started"))
    with pytest.raises(RunnerError) as error:
        dev.destroy(confirmed)
    lines = str(error.value).splitlines()
    assert lines[0] == (
        f"Nothing was destroyed, because the bucket {BUCKET} holds other objects than "
        "its own state:"
    )
    assert lines[1:4] == [
        "  dev/cluster.tfstate (3 resources)",
        "  dev/network.tfstate (3 resources)",
        "  notes.txt",
    ]
    assert "`eks-platform destroy dev`" in lines[4]
    assert f"`--force --confirm {BUCKET}`" in lines[4]
    assert not dev.folder.exists()


def test_a_bucket_of_another_owner_is_not_destroyed(dev: StateBackend) -> None:
    make_bucket(dev.aws, environment="prod", managed_by="eks-platform")
    with pytest.raises(RunnerError, match=f"bucket {BUCKET}: .* environment=prod"):
        dev.destroy(BUCKET)
    assert dev.exists("aws_s3_bucket")


def test_without_a_backend_nothing_is_done(dev: StateBackend) -> None:
    dev.folder.mkdir(parents=True)
    assert dev.destroy() is False
    assert not dev.folder.exists()


def test_an_orphaned_state_is_reported_with_its_removal(dev: StateBackend) -> None:
    make_bucket(dev.aws, environment="dev", managed_by="eks-platform")
    applied(dev.aws, "state", "network")
    with pytest.raises(RunnerError) as error:
        dev.destroy()
    assert "any more" not in str(error.value)
    applied(dev.aws, "account")
    with pytest.raises(RunnerError) as error:
        dev.destroy()
    assert "No stack uses dev/account.tfstate any more." in str(error.value)
    assert "`eks-platform destroy dev account`" in str(error.value)


@pytest.mark.terraform
@pytest.mark.lifecycle
def test_confirmed_by_the_buckets_name_everything_is_destroyed(prod: StateBackend) -> None:
    prod.bootstrap()
    bucket = prod.location.bucket
    s3 = prod.aws.client("s3", REGION)
    for serial in range(3):
        s3.put_object(
            Bucket=bucket, Key="prod/network.tfstate", Body=state_text(serial=serial).encode()
        )
    with pytest.raises(RunnerError, match=r"prod/network\.tfstate \(1 resources\)"):
        prod.destroy()
    assert prod.destroy(bucket) is True
    assert prod.aws_items() == []
    assert not prod.folder.exists()
    assert prod.destroy() is False


@pytest.mark.terraform
@pytest.mark.lifecycle
def test_stopped_after_each_step_and_run_again(dev: StateBackend) -> None:
    dev.bootstrap()
    for end in range(1, len(STEPS)):
        dev.run(STEPS[:end])
    assert dev.aws_items() == []
    assert dev.destroy() is False
    assert not dev.folder.exists()


@pytest.mark.terraform
@pytest.mark.lifecycle
def test_a_bootstrap_completes_after_an_interrupted_destroy(dev: StateBackend) -> None:
    dev.bootstrap()
    before = dev.aws_items()
    lifted = [step.name for step in STEPS].index("unprotect") + 1
    dev.run(STEPS[:lifted])
    assert not dev.is_protected()
    dev.bootstrap()
    assert dev.is_protected()
    assert dev.aws_items() == before
    state = dev.remote()
    assert state is not None
    assert state.resources["aws_s3_bucket.state"]["force_destroy"] is False
    assert not dev.folder.exists()
