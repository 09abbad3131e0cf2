"""Resources that the tests of several services need."""

import pytest

from tools.emulator import LocalAws


@pytest.fixture
def key(aws: LocalAws) -> str:
    return aws.client("kms").create_key()["KeyMetadata"]["Arn"]
