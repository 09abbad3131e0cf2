"""Names of AWS services in China."""

import json
from pathlib import Path
from typing import Any

import pytest

from modules.addons.velero.addon import ADDON as VELERO
from modules.identity.service_names import logs_service, via_services
from support.environments import environment
from support.output import Output, synthesized_output

BEIJING: dict[str, Any] = {
    "region": "cn-north-1",
    "admins": ["arn:aws-cn:iam::123456789012:role/platform-admin"],
}


@pytest.fixture(scope="module")
def beijing(tmp_path_factory: pytest.TempPathFactory) -> Output:
    folder: Path = tmp_path_factory.mktemp("beijing")
    return synthesized_output(
        folder, environment(**BEIJING, state={"replica_region": "cn-northwest-1"})
    )


def services(policy: str, sid: str) -> object:
    [statement] = [s for s in json.loads(policy)["Statement"] if s["Sid"] == sid]
    [operator] = statement["Condition"].values()
    return operator["kms:ViaService"]


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov"])
def test_outside_china_there_is_one_name(partition: str) -> None:
    assert logs_service(partition, "us-gov-west-1") == "logs.us-gov-west-1.amazonaws.com"
    assert via_services(partition, "us-gov-west-1", "s3", "dynamodb") == [
        "s3.us-gov-west-1.amazonaws.com",
        "dynamodb.us-gov-west-1.amazonaws.com",
    ]


def test_keys_of_state_may_be_used_through_services_of_china(beijing: Output) -> None:
    state = beijing.stack("test-state")
    policy = state.resources("aws_iam_policy")["state_access_network"]["policy"]
    assert services(policy, "EncryptState") == [
        "s3.cn-north-1.amazonaws.com",
        "s3.cn-north-1.amazonaws.com.cn",
        "dynamodb.cn-north-1.amazonaws.com",
        "dynamodb.cn-north-1.amazonaws.com.cn",
    ]
    replication = state.resources("aws_iam_role_policy")["replication_policy"]["policy"]
    assert services(replication, "Decrypt") == [
        "s3.cn-north-1.amazonaws.com",
        "s3.cn-north-1.amazonaws.com.cn",
    ]
    assert services(replication, "Encrypt") == [
        "s3.cn-northwest-1.amazonaws.com",
        "s3.cn-northwest-1.amazonaws.com.cn",
    ]


def test_the_key_of_velero_may_be_used_through_s3_of_china() -> None:
    chosen = environment(**BEIJING, platform={"velero": {"enabled": True}})
    [statements] = VELERO.policies(chosen).values()
    [key] = [statement for statement in statements if statement.sid == "Key"]
    assert key.conditions["StringEquals"]["kms:ViaService"] == [
        "s3.cn-north-1.amazonaws.com",
        "s3.cn-north-1.amazonaws.com.cn",
    ]


@pytest.mark.parametrize(
    ("stack", "key"), [("network", "flow_logs_key"), ("cluster", "cluster_key")]
)
def test_log_groups_are_encrypted_by_cloudwatch_logs_of_china(
    beijing: Output, stack: str, key: str
) -> None:
    policy = beijing.stack(f"test-{stack}").resources("aws_kms_key")[key]["policy"]
    [logs] = [s for s in json.loads(policy)["Statement"] if s["Sid"] == "CloudWatchLogs"]
    assert logs["Principal"] == {"Service": "logs.cn-north-1.amazonaws.com.cn"}
