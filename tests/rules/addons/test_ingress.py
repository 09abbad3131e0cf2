"""Which ingress controllers are warned about."""

from support.environments import warned


def test_a_retired_controller_is_warned_about_and_the_others_are_not() -> None:
    [(path, message)] = warned(platform={"ingress": {"controller": "ingress-nginx"}}).items()
    assert path == ("platform", "ingress", "controller")
    assert "March 2026" in message
    assert "no security fix" in message
    assert warned() == {}


def test_a_retired_controller_that_is_not_installed_is_not_warned_about() -> None:
    ingress = {"controller": "ingress-nginx", "enabled": False}
    assert warned(platform={"ingress": ingress}) == {}
