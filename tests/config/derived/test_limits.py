"""Limits: long names are shortened deterministically, other values refused with a solution."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.derived import limits
from config.derived.limits import LimitError, checked_policies_per_role, checked_policy, shorten


def test_a_name_within_the_limit_does_not_change() -> None:
    assert shorten("KarpenterNodeRole-prod", limits.ROLE_NAME) == "KarpenterNodeRole-prod"
    assert shorten("x" * 64, 64) == "x" * 64


def test_a_shortened_name_never_changes() -> None:
    # Literals: another result would rename, and so replace, roles that exist.
    assert shorten("KarpenterNodeRole-" + "a" * 100, 64) == (
        "KarpenterNodeRole-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-e5439b07"
    )
    assert shorten("prod-platform-with-a-long-name", 20) == "prod-platfo-f28401ef"


def test_long_names_with_the_same_beginning_remain_different() -> None:
    assert shorten("a" * 70 + "-green", 64) != shorten("a" * 70 + "-blue", 64)


def test_a_shortened_name_has_no_double_hyphen() -> None:
    assert re.fullmatch(r"abc-[0-9a-f]{8}", shorten("abc----------", 12))


@given(st.text("abcDEF019-_", min_size=1, max_size=200), st.integers(10, 128))
def test_every_name_fits_its_limit_and_remains_valid(name: str, limit: int) -> None:
    short = shorten(name, limit)
    assert len(short) <= limit
    assert short == shorten(name, limit)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", short)


def test_a_limit_below_the_hash_is_refused() -> None:
    with pytest.raises(LimitError, match="choose a shorter name"):
        shorten("a-long-name", 9)


def test_iam_does_not_count_white_space() -> None:
    assert limits.policy_length('{ "a":\n\t"b c" }') == len('{"a":"bc"}')


def test_a_value_known_after_apply_counts_with_its_maximum_length() -> None:
    assert limits.policy_length('"${TfToken[TOKEN.12]}"') == 2 + limits.UNKNOWN_LENGTH


def test_iam_policy_variables_count_literally() -> None:
    assert limits.policy_length("${aws:username}") == len("${aws:username}")


def test_a_policy_above_the_limit_is_refused_with_a_solution() -> None:
    assert checked_policy("policy x", "a" * 6144) == "a" * 6144
    with pytest.raises(
        LimitError, match=r"policy x has 6145 characters, AWS allows 6144: spread its statements"
    ):
        checked_policy("policy x", "a" * 6145)


def test_a_role_may_have_ten_managed_policies() -> None:
    checked_policies_per_role("r", 10)
    with pytest.raises(LimitError, match="role r has 11 managed policies, AWS allows 10"):
        checked_policies_per_role("r", 11)
