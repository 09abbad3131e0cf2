"""Host names of teams (J6): which names their Ingresses, certificates and DNS records may have."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from config.derived.hosts import platform_hosts, team_hosts
from config.environment import Environment
from config.sections.teams import TEAM_LABEL
from modules.addons.cert_manager.addon import ADDON as CERT_MANAGER
from modules.addons.cert_manager.issuers import issuer_names
from modules.addons.istio.addon import istio_on
from modules.addons.velero.addon import ADDON as VELERO
from modules.helm.contract import Addon
from modules.helm.record_annotations import ANNOTATION_PREFIX
from modules.namespaces.admission.hosts.classes import CLASSED, class_policy, classed_routes
from modules.namespaces.admission.policy import CREATE, Condition, Matched, Policy, cel_list

READ_ANNOTATIONS: Final = ("hostname", "internal-hostname")
"""Annotations of external-dns with names."""

ALLOWED_ANNOTATIONS: Final = (*READ_ANNOTATIONS, "controller", "ingress-hostname-source", "ttl")
"""Annotations of external-dns that neither name a target nor change how Route 53 answers.
https://kubernetes-sigs.github.io/external-dns/latest/docs/annotations/annotations/"""

SERVICE_ZONES: Final = ("svc", "svc.cluster.local")
"""Ends of the names of Services, after the namespace."""

REFUSED: Final = (
    "variables.names.map(each, each.map(name, name.lowerAscii()).filter(name, "
    "variables.reserved.exists(host, host == name "
    "|| (name.startsWith('*.') && host.endsWith(name.substring(1)))) "
    "|| !variables.hosts.exists(host, host == '*' || host == name "
    "|| (host.startsWith('*.') && name.endsWith(host.substring(1))))"
    ")).filter(each, each.size() > 0)"
)
"""Names of an object that are not the team's. `*.example.com` is for a host of the platform in the
domain as well."""

NO_NAME_IS_REFUSED: Final = Condition(
    "variables.refused.size() == 0",
    "'host ' + variables.refused[0][0] + ' is not one of team ' + variables.team + '; its hosts: ' "
    "+ (variables.hosts.size() == 0 ? 'none' : variables.hosts.join(', ')) "
    "+ ' (teams.' + variables.team + '.hosts)'",
    computed=True,
)

TEAM: Final = f"namespaceObject.metadata.labels['{TEAM_LABEL}']"
"""The team of an object's namespace, in CEL. Only the platform changes labels of namespaces."""

_ANNOTATIONS: Final = "metadata.?annotations.orValue({})"

CHANGED: Final = (
    "changed",
    "oldObject == null || object.spec != oldObject.spec "
    f"|| object.{_ANNOTATIONS} != oldObject.{_ANNOTATIONS}",
)
"""Annotations have names as well. An object as it was before stays, so that controllers can add and
remove its finalizers."""


def host_policies(environment: Environment) -> Iterator[Policy]:
    """The policies.

    They are about all users. A name belongs to a team, also if a controller writes the object:
    cert-manager makes the Ingresses that prove names with HTTP-01, and an administrator's tools may
    deploy what a team wrote. An administrator changes `teams.<team>.hosts` instead.
    """
    off = _off(environment)
    for name, kind in kinds().items():
        if kind.get("only_with") not in off:
            yield _names(environment, name, kind)
    if environment.edge.internal.enabled:
        yield from _classes(environment, off)
    if environment.platform.external_dns.enabled:
        yield _record_annotations(environment)
    if environment.platform.cert_manager.enabled:
        yield _certificates(environment)
        yield _signing_requests(environment)


@cache
def kinds() -> dict[str, dict[str, Any]]:
    """The objects with host names, as names.yaml describes them."""
    return yaml.safe_load(Path(__file__).with_name("names.yaml").read_text(encoding="utf-8"))


def _off(environment: Environment) -> set[str]:
    """Parts of the platform that are off."""
    platform = environment.platform
    controller = platform.ingress.controller if platform.ingress.enabled else None
    used = {
        "external_dns": platform.external_dns.enabled,
        "istio": istio_on(environment),
        "nginx": controller == "nginx",
        "traefik": controller == "traefik",
    }
    return {part for part, on in used.items() if not on}


def _names(environment: Environment, name: str, kind: Mapping[str, Any]) -> Policy:
    everything = "!variables.hosts.exists(host, host == '*')"
    others = (
        ("every_name", "' is for every host name, and team ' + variables.team + ' has its own'"),
        ("unreadable", "' must name one host at the beginning of each rule, without || and !'"),
    )
    checks = (
        Condition(f"!({everything} && ({kind[key]}))", f"object.kind + {message}", computed=True)
        for key, message in others
        if key in kind
    )
    return Policy(
        f"hosts-{name}",
        matched=(Matched(kind["group"], tuple(kind["resources"])),),
        conditions=(CHANGED,),
        variables=_variables(environment, kind["names"]),
        checks=(NO_NAME_IS_REFUSED, *checks),
    )


def _classes(environment: Environment, off: set[str]) -> Iterator[Policy]:
    for classed in (*CLASSED, *classed_routes(environment)):
        kind = kinds()[classed.kind]
        if kind.get("only_with") not in off:
            matched = Matched(kind["group"], tuple(kind["resources"]))
            yield replace(
                class_policy(environment, classed, matched, kind["names"], TEAM),
                conditions=(CHANGED,),
            )


def _record_annotations(environment: Environment) -> Policy:
    """Annotations with which external-dns would make records of any name to any target.

    Source: https://kubernetes-sigs.github.io/external-dns/latest/docs/annotations/annotations/
    """
    names = ", ".join(
        f"variables.annotations[?'{ANNOTATION_PREFIX}{key}'].orValue('')"
        ".split(',').map(n, n.trim()).filter(n, n != '')"
        for key in READ_ANNOTATIONS
    )
    allowed = cel_list([f"{ANNOTATION_PREFIX}{key}" for key in ALLOWED_ANNOTATIONS])
    others = f"variables.annotations.filter(key, key.startsWith('{ANNOTATION_PREFIX}'))"
    return Policy(
        "hosts-annotations",
        matched=(
            Matched("", ("services",)),
            Matched("networking.k8s.io", ("ingresses",)),
            Matched("gateway.networking.k8s.io", ("httproutes", "grpcroutes")),
        ),
        conditions=(CHANGED,),
        variables=(
            ("annotations", f"object.{_ANNOTATIONS}"),
            ("others", f"{others}.filter(key, !(key in {allowed}))"),
            *_variables(environment, f"[{names}]"),
        ),
        checks=(
            NO_NAME_IS_REFUSED,
            Condition(
                "variables.others.size() == 0",
                "'annotation ' + variables.others[0] + ' is not one that teams may use'",
                computed=True,
            ),
        ),
    )


def _certificates(environment: Environment) -> Policy:
    """Certificates of ClusterIssuers: for the team's hosts and Services, and not of a CA.

    An Issuer in the namespace is the team's own: others trust it only if they choose to, and
    names that it proves with HTTP-01 need an Ingress.

    Source: https://cert-manager.io/docs/usage/certificate/
    """
    issuers = {
        team: each.issuers if each.issuers is not None else issuer_names(environment)
        for team, each in environment.teams.items()
    }
    services = (f"'*.' + object.metadata.namespace + '.{zone}'" for zone in SERVICE_ZONES)
    others = ("ipAddresses", "uris", "emailAddresses", "otherNames")
    no_others = " && ".join(
        [
            *(f"object.spec.?{key}.orValue([]).size() == 0" for key in others),
            "object.spec.?literalSubject.orValue('') == ''",
        ]
    )
    names = (
        "[object.spec.?dnsNames.orValue([]).map(n, string(n)), "
        "[string(object.spec.?commonName.orValue(''))].filter(n, n != '')]"
        ".filter(each, variables.shared)"
    )
    shared = (
        "variables.reference.?kind.orValue('Issuer') != 'Issuer' "
        "|| !(variables.reference.?group.orValue('') in ['', 'cert-manager.io'])"
    )
    return Policy(
        "hosts-certificates",
        matched=(Matched("cert-manager.io", ("certificates",)),),
        conditions=(CHANGED,),
        variables=(
            ("reference", "object.spec.issuerRef"),
            ("shared", shared),
            ("issuers", f"{_map(issuers)}[{TEAM}]"),
            *_variables(environment, names, besides=f"[{', '.join(services)}]"),
        ),
        checks=(
            NO_NAME_IS_REFUSED,
            Condition(
                "!variables.shared || variables.reference.name in variables.issuers",
                "'issuer ' + variables.reference.name + ' is not one of team ' + variables.team "
                "+ ' (teams.' + variables.team + '.issuers)'",
                computed=True,
            ),
            Condition(
                "!variables.shared || !object.spec.?isCA.orValue(false)",
                "a team has no certificate of a CA (isCA) from an issuer of the platform",
            ),
            Condition(
                f"!variables.shared || ({no_others})",
                f"a certificate of a team has dnsNames and commonName, not {', '.join(others)} "
                "or literalSubject",
            ),
        ),
    )


def _signing_requests(environment: Environment) -> Policy:
    """What cert-manager makes for a Certificate: its names are encoded, so that none is read here.

    A Challenge would make any TXT record with cert-manager's role.
    """
    users = [_user(environment, CERT_MANAGER)]
    if environment.platform.velero.enabled:
        # It restores what was admitted before.
        users.append(_user(environment, VELERO))
    return Policy(
        "hosts-requests",
        matched=(
            Matched("cert-manager.io", ("certificaterequests",), (CREATE,)),
            Matched("acme.cert-manager.io", ("orders", "challenges"), (CREATE,)),
        ),
        checks=(
            Condition(
                f"request.userInfo.username in {cel_list(users)}",
                "'only cert-manager makes a ' + object.kind + ' in a namespace of a team, "
                "for a Certificate'",
                computed=True,
            ),
        ),
    )


def _variables(
    environment: Environment, names: str, *, besides: str = ""
) -> tuple[tuple[str, str], ...]:
    """What the expression of refused names uses.

    Args:
        names: CEL, lists of an object's names.
        besides: CEL, a list that is added to the team's hosts.
    """
    hosts = {team: team_hosts(environment, team) for team in environment.teams}
    return (
        ("team", TEAM),
        ("reserved", cel_list([host for _, host in platform_hosts(environment)])),
        ("hosts", f"{_map(hosts)}[variables.team]" + (f" + {besides}" if besides else "")),
        ("names", names),
        ("refused", REFUSED),
    )


def _map(values: Mapping[str, Sequence[str]]) -> str:
    """Lists of strings by string in CEL."""
    return json.dumps(values)


def _user(environment: Environment, addon: Addon) -> str:
    """The user name of an add-on's service account."""
    namespace = addon.namespace_in(environment)
    return f"system:serviceaccount:{namespace}:{addon.service_account}"
