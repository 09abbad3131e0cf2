"""The platform stack after an earlier version's output."""

import pytest

from support.applied_platform import AppliedPlatform

pytestmark = [
    pytest.mark.kubernetes,
    pytest.mark.parametrize("platform", ["dev"], indirect=True, scope="session"),
]


def test_an_earlier_output_is_upgraded_without_a_loss(platform: AppliedPlatform) -> None:
    assert platform.lost == []
