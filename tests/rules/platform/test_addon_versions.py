"""Versions of charts that a user sets."""

from support.environments import environment, problems


def test_a_version_has_the_prefix_of_its_project() -> None:
    [problem] = problems(environment(platform={"cert_manager": {"version": "1.20.0"}}))
    assert problem.path == ("platform", "cert_manager", "version")
    assert problem.suggestion == "v1.20.0"


def test_a_chart_without_support_for_the_kubernetes_version_is_refused() -> None:
    settings = environment(
        cluster={"version": "1.35"}, platform={"karpenter": {"version": "1.8.2"}}
    )
    [problem] = problems(settings)
    assert problem.path == ("platform", "karpenter", "version")
    assert problem.suggestion == "1.9.0"
