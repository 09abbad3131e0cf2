"""Which load balancer serves what teams publish, where there is an internal one (L3).

Names of the internal load balancer are served by it alone: a request from the internet could
otherwise name them. A team uses the classes of `teams.<team>.load_balancers`. Classes of other
controllers are the user's own, and are left alone.
"""

import json
from dataclasses import dataclass
from typing import Final

from config.derived.front_doors import gateway_door, internal, public
from config.derived.hosts import team_load_balancers
from config.environment import Environment
from modules.helm.gateway import GATEWAY, gateway_namespace, gateway_on
from modules.namespaces.admission.policy import Condition, Matched, Policy, cel_list

_ANNOTATION: Final = "metadata.?annotations[?'kubernetes.io/ingress.class'].orValue('')"


@dataclass(frozen=True)
class Classed:
    """Objects with a class.

    Attributes:
        kind: their key in names.yaml.
        classes: CEL, the classes of an object: each place that a controller reads.
        word: what a class is called in messages.
        default: which controllers serve an object without one: none (the API server fills in the
            default class of Ingresses), all of them, or that of the public load balancer.
    """

    kind: str
    classes: str
    default: str
    word: str = "ingress class"


CLASSED: Final = (
    Classed(
        "ingresses",
        f"[string(object.spec.?ingressClassName.orValue('')), string(object.{_ANNOTATION})]"
        ".filter(c, c != '')",
        "none",
    ),
    # https://docs.nginx.com/nginx-ingress-controller/configuration/virtualserver-and-virtualserverroute-resources/
    Classed(
        "virtual-servers",
        "[string(object.spec.?ingressClassName.orValue(''))].filter(c, c != '')",
        "all",
    ),
    # https://doc.traefik.io/traefik/reference/install-configuration/providers/kubernetes/kubernetes-crd/
    Classed("traefik-routes", f"[string(object.{_ANNOTATION})].filter(c, c != '')", "public"),
)


def classed_routes(environment: Environment) -> tuple[Classed, ...]:
    """Routes, where there is a Gateway: those of the platform's Gateway have its class."""
    if not gateway_on(environment):
        return ()
    door, namespace = gateway_door(environment), gateway_namespace(environment)
    its_parents = f"p, p.name == '{GATEWAY}' && p.?namespace.orValue('') == '{namespace}'"
    found = f"object.spec.?parentRefs.orValue([]).filter({its_parents})"
    classes = f"{found}.map(p, '{door.class_name}')"
    return (Classed("routes", classes, "none", "the Gateway of class"),)


def class_policy(
    environment: Environment, classed: Classed, matched: Matched, names: str, team: str
) -> Policy:
    """The policy about one kind of objects.

    Args:
        matched: the requests.
        names: CEL, lists of the object's host names.
        team: CEL, the team of the object's namespace.
    """
    outside, inside = public(environment), internal(environment)
    of = {"public": outside.class_name, "internal": inside.class_name}
    refused = {
        each: [name for scheme, name in of.items() if scheme not in usable]
        for each in environment.teams
        for usable in [team_load_balancers(environment, each)]
    }
    found = classed.classes
    if classed.default == "public":
        found = f"({found}.size() > 0 ? {found} : ['{outside.class_name}'])"
    internal_name = (
        "name in variables.internal || (name.contains('.') && !(name in variables.public) "
        "&& ('*' + name.substring(name.indexOf('.'))) in variables.internal)"
    )
    checks = [
        Condition(
            "!variables.classes.exists(c, c in variables.refused)",
            f"'team ' + variables.team + ' may not use {classed.word} ' "
            "+ variables.classes.filter(c, c in variables.refused)[0] "
            "+ ' (teams.' + variables.team + '.load_balancers)'",
            computed=True,
        ),
        Condition(
            f"!('{outside.class_name}' in variables.classes) || variables.inside.size() == 0",
            "'host ' + variables.inside[0] + ' is one of the internal load balancer, of ingress "
            f"class {inside.class_name}'",
            computed=True,
        ),
    ]
    if classed.default == "all":
        message = f"spec.ingressClassName is missing; {' or '.join(of.values())}"
        checks.append(Condition("variables.classes.size() > 0", message))
    return Policy(
        f"classes-{classed.kind}",
        matched=(matched,),
        variables=(
            ("team", team),
            ("classes", found),
            ("refused", f"{json.dumps(refused)}[variables.team]"),
            ("public", cel_list(outside.settings.domain_names)),
            ("internal", cel_list(inside.settings.domain_names)),
            ("names", names),
            (
                "inside",
                "variables.names.map(each, each.map(name, name.lowerAscii())"
                f".filter(name, {internal_name})).filter(each, each.size() > 0)"
                ".map(each, each[0])",
            ),
        ),
        checks=tuple(checks),
    )
