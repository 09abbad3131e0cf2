"""The variables lead to the emulator, and nothing of the user's leads past it."""

import os
from typing import Any

import pytest
from botocore.session import Session

from tools.emulator import LocalAws
from tools.emulator.environment import emulator_variables, foreign_variables, process_variables

USERS = {
    "AWS_PROFILE": "prod",
    "AWS_SESSION_TOKEN": "real",
    "AWS_ACCESS_KEY_ID": "real",
    "AWS_ENDPOINT_URL_S3": "https://elsewhere.example",
    "AWS_REGION": "eu-west-1",
    "AWS_CONFIG_FILE": "somewhere",
    "TF_AWS_SIGV4_DEBUG": "1",
    "PATH": "kept",
    "NO_PROXY": "internal.example",
}


def test_a_process_environment_has_nothing_of_the_users_aws() -> None:
    environment = process_variables("http://127.0.0.1:1", USERS)
    assert environment["PATH"] == "kept"
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert environment["AWS_ACCESS_KEY_ID"] == "test"
    assert environment["AWS_CONFIG_FILE"] == os.devnull
    assert environment["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
    assert environment["AWS_EC2_METADATA_DISABLED"] == "true"
    gone = {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3", "AWS_REGION"}
    assert not gone & environment.keys()
    assert "real" not in environment.values()


def test_no_proxy_is_used_for_loopback() -> None:
    assert emulator_variables("x", USERS)["NO_PROXY"] == "internal.example,127.0.0.1"
    assert emulator_variables("x", {})["no_proxy"] == "127.0.0.1"


def test_foreign_variables_are_named() -> None:
    assert foreign_variables(USERS) == sorted(USERS.keys() - {"PATH", "NO_PROXY"})


def test_boto3_with_the_process_environment_reaches_the_account(
    aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in list(os.environ):
        monkeypatch.delenv(name)
    for name, value in aws.process_environment(USERS).items():
        monkeypatch.setenv(name, value)
    sts: Any = Session().create_client("sts", region_name="eu-west-1")
    identity = sts.get_caller_identity()
    assert identity["Account"] == aws.account == "111122223333"
    assert ":111122223333:" in identity["Arn"]


def test_the_own_client_ignores_a_profile_that_does_not_exist(
    aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    fresh = LocalAws(aws.account, aws._server)
    assert fresh.client("sts").get_caller_identity()["Account"] == aws.account


def test_arns_carry_the_account(aws: LocalAws) -> None:
    queue = aws.client("sqs", "eu-west-1").create_queue(QueueName="q")["QueueUrl"]
    arn = aws.client("sqs", "eu-west-1").get_queue_attributes(
        QueueUrl=queue, AttributeNames=["QueueArn"]
    )["Attributes"]["QueueArn"]
    assert arn == "arn:aws:sqs:eu-west-1:111122223333:q"
