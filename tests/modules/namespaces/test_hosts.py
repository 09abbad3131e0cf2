"""Host names of teams: the policies in the output, besides what holds for all policies of teams."""

from typing import Any

from config.environment import Environment
from modules.namespaces.admission.hosts.policies import host_policies
from support.environments import environment
from support.output import Output

TEAMS = {"shop": {"namespaces": {"shop": {}}}, "tools": {"namespaces": {"tools": {}}}}


def _release(output: Output, name: str) -> dict[str, Any]:
    return output.stack(f"{name}-platform").resources("helm_release").get("team_admission", {})


def _policies(found: Environment) -> set[str]:
    return {each.full_name.removeprefix("teams-hosts-") for each in host_policies(found)}


def test_policies_exist_before_the_namespaces_that_they_are_for(output: Output) -> None:
    namespaces = output.stack("full-platform").resources("kubernetes_namespace_v1")
    assert "helm_release.team_admission" in namespaces["namespace_shop"]["depends_on"]
    assert "depends_on" not in _release(output, "full")
    assert _release(output, "prod") == {}


def test_the_policies_are_those_of_the_parts_that_read_names() -> None:
    always = {"ingresses", "routes", "gateways"}
    plain = {"cert_manager": {"enabled": False}, "ingress": {"enabled": False}}
    assert _policies(environment(teams=TEAMS, platform=plain)) == always
    certificates = {"certificates", "requests"}
    assert _policies(environment(teams=TEAMS)) == always | certificates | {"virtual-servers"}
    traefik = {"ingress": {"controller": "traefik"}, "external_dns": {"enabled": True}}
    records = {"records", "annotations", "traefik-routes"}
    assert _policies(environment(teams=TEAMS, platform=traefik)) == always | certificates | records
    mesh = {"istio": {"enabled": True}}
    assert {"virtual-services", "gateways-of-istio"} < _policies(
        environment(teams=TEAMS, platform=mesh)
    )


def test_hosts_and_issuers_of_each_team_are_in_the_policies() -> None:
    teams = {
        "shop": {**TEAMS["shop"], "hosts": ["shop.example.com"], "issuers": ["internal-ca"]},
        "tools": {**TEAMS["tools"], "hosts": ["*"]},
    }
    by_name = {
        each.full_name: dict(each.variables) for each in host_policies(environment(teams=teams))
    }
    hosts = by_name["teams-hosts-ingresses"]["hosts"]
    assert hosts == '{"shop": ["shop.example.com"], "tools": ["*"]}[variables.team]'
    issuers = by_name["teams-hosts-certificates"]["issuers"]
    every = '["internal-ca", "letsencrypt-production", "letsencrypt-staging"]'
    assert issuers.startswith(f'{{"shop": ["internal-ca"], "tools": {every}}}')
