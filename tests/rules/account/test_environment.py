"""Admins stand in the policy of every key, which has a limit."""

from rules.account.environment import REST_OF_KEY_POLICY
from support.environments import environment, problems
from support.output import Output


def arns(count: int) -> list[str]:
    return [f"arn:aws:iam::123456789012:role/admin-{number:04}" for number in range(count)]


def test_more_admins_than_a_key_policy_has_room_for_are_refused() -> None:
    assert problems(environment(admins=arns(600))) == []

    [found] = problems(environment(admins=arns(700)))

    assert found.path == ("admins",)
    assert found.message.startswith("are too many for the policy of a KMS key: 30800 characters")


def test_a_key_policy_has_room_for_its_other_statements(output: Output) -> None:
    policies = [
        key["policy"]
        for name in output.names
        for key in output.stack(name).resources("aws_kms_key").values()
    ]

    assert len(policies) > 5
    assert max(map(len, policies)) <= REST_OF_KEY_POLICY
