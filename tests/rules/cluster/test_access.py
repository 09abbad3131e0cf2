"""Access that is allowed, and that one may not have meant."""

from typing import Any

from support.environments import warned

PRINCIPAL = "arn:aws:iam::123456789012:role/shop-developers"


def settings(*groups: str) -> dict[str, Any]:
    access = [{"principal": PRINCIPAL, "groups": list(groups)}]
    team = {"namespaces": {"shop": {}}, "hosts": []}
    return {"cluster": {"access": access}, "teams": {"shop": team}}


def test_a_group_whose_name_is_nearly_that_of_one_with_a_role_is_warned_about() -> None:
    assert warned(**settings("shop-view", "shop-edti")) == {
        ("cluster", "access", 0, "groups", 1): (
            "has no role by these settings; did you mean shop-edit?"
        )
    }
    assert warned(**settings("shop-edit", "platform-view", "auditors")) == {}
