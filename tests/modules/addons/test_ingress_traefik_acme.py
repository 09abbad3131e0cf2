"""Traefik's own ACME client (F8): a single pod with a private file."""

from typing import Any

from config.environment import Environment
from modules.addons.catalog import rendered
from support.environments import environment, problems


def acme(**edge: Any) -> Environment:
    ingress = {"controller": "traefik", "traefik_acme": {"enabled": True, "email": "a@example.com"}}
    return environment(platform={"ingress": ingress}, edge=edge)


def test_traefik_solves_tls_alpn_as_a_single_pod_with_a_volume() -> None:
    settings = acme(load_balancer="nlb")
    assert not problems(settings)
    found = rendered(settings)["traefik"].values
    resolver = found["certificatesResolvers"]["letsencrypt"]["acme"]
    assert resolver == {
        "email": "a@example.com",
        "storage": "/data/acme.json",
        "tlsChallenge": True,
    }
    assert found["persistence"] == {"enabled": True}
    assert found["deployment"]["replicas"] == 1
    assert found["autoscaling"]["enabled"] is False
    assert found["podDisruptionBudget"]["enabled"] is False


def test_the_certificate_file_keeps_its_permissions_after_a_remount() -> None:
    """Changing the volume's group at every mount would give the group access, and Traefik refuses
    such a file."""
    context = rendered(acme(load_balancer="nlb"))["traefik"].values["podSecurityContext"]
    assert context == {"fsGroup": 65532, "fsGroupChangePolicy": "OnRootMismatch"}


def test_tls_alpn_needs_tls_that_reaches_traefik() -> None:
    [problem] = problems(acme())
    assert problem.path == ("platform", "ingress", "traefik_acme", "enabled")
    assert "passthrough" in problem.allowed


def test_tls_alpn_needs_traefik() -> None:
    platform = {"ingress": {"traefik_acme": {"enabled": True}}}
    found = problems(environment(platform=platform, edge={"load_balancer": "nlb"}))
    assert [problem.allowed for problem in found] == ["controller: traefik"]
