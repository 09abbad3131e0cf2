"""The way of a request: from a name to the pods, for each load balancer of an environment."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from config.derived.front_doors import FrontDoor, front_doors
from config.environment import Environment
from modules.capacity.pods import Pods
from runner.manifest import KUBERNETES, Stack

Resources = Mapping[str, Mapping[str, Any]]

BINDING: Final = "TargetGroupBinding"


@dataclass(frozen=True)
class RequestStep:
    """A station of a request.

    Attributes:
        kind: what it is, for example `DNS`.
        name: its name.
        details: lines about it.
    """

    kind: str
    name: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Way:
    """The way through one load balancer."""

    title: str
    steps: tuple[RequestStep, ...]


def ways(environment: Environment, stacks: Sequence[Stack], pods: Sequence[Pods]) -> list[Way]:
    """The way through each load balancer of an environment, the public one first.

    Args:
        pods: the pods of its platform.
    """
    return [_way(_Door(door, stacks, pods)) for door in front_doors(environment)]


def _way(door: "_Door") -> Way:
    title = "Internal load balancer" if door.settings.is_internal else "Public load balancer"
    steps = (door.dns(), door.certificate(), door.load_balancer(), door.target_groups())
    return Way(title, (*steps, *door.controller(), *door.applications()))


class _Door:
    """A load balancer in the JSON of the stacks."""

    def __init__(self, settings: FrontDoor, stacks: Sequence[Stack], pods: Sequence[Pods]) -> None:
        self.settings = settings
        self._stacks = stacks
        self._pods = pods
        self._name = settings.prefixed("load_balancer")
        self._reference = f"${{aws_lb.{self._name}."
        self._body = self._all("aws_lb").get(self._name)
        self._release = self._find_release()

    def _all(self, type_: str) -> dict[str, Any]:
        """The resources of a type in all stacks, by name."""
        return {
            name: body
            for stack in self._stacks
            for name, body in stack.document.get("resource", {}).get(type_, {}).items()
        }

    def dns(self) -> RequestStep:
        """The records that lead to the load balancer."""
        found = [
            body
            for body in self._all("aws_route53_record").values()
            if body["type"] == "A" and self._is_alias_here(body)
        ]
        names = sorted({body["name"] for body in found}, key=lambda name: (len(name), name))
        if not names:
            by = "external-dns" if self._has_release("external-dns") else "none of the stacks"
            return RequestStep("DNS", "No record of Terraform", (f"Records are made by {by}",))
        zones = sorted({_zone(body["zone_id"], self._all("aws_route53_zone")) for body in found})
        lines = (f"Zone {', '.join(zones)}", f"Alias of {self.balancer_name}")
        return RequestStep("DNS", ", ".join(names), lines)

    def _is_alias_here(self, body: Mapping[str, Any]) -> bool:
        target = str(next(iter(_list(body.get("alias"))), {}).get("name", ""))
        if target.startswith(self._reference):
            return True
        output = self.settings.prefixed("load_balancer_dns_name")
        return target.endswith(f".outputs.{output}}}")

    @property
    def balancer_name(self) -> str:
        """The name of the load balancer in AWS; of another environment's where that owns it."""
        return self._body["name"] if self._body else "the owner's load balancer"

    def certificate(self) -> RequestStep:
        """The certificate of the listener."""
        listener = next((each for each in self._listeners() if each.get("certificate_arn")), None)
        if listener is None:
            return RequestStep("Certificate", "None at the load balancer", ("TLS ends behind it",))
        own = self.settings.prefixed("certificate")
        found = self._all("aws_acm_certificate").get(own)
        lines = [f"TLS policy {listener['ssl_policy']}"]
        if found is None:
            return RequestStep("Certificate", "Given", (*lines, listener["certificate_arn"]))
        names = [found["domain_name"], *found.get("subject_alternative_names", [])]
        if method := found.get("validation_method"):
            lines.append(f"ACM, validated by {method}")
        else:
            lines.append("ACM, of AWS Private CA")
        return RequestStep("Certificate", ", ".join(dict.fromkeys(names)), tuple(lines))

    def _listeners(self) -> list[Mapping[str, Any]]:
        return [
            body
            for body in self._all("aws_lb_listener").values()
            if str(body["load_balancer_arn"]).startswith(self._reference)
        ]

    def load_balancer(self) -> RequestStep:
        """The load balancer and its listeners."""
        if self._body is None:
            return RequestStep(
                "Load balancer", self.balancer_name, ("Another environment owns it",)
            )
        body = self._body
        kind = "Application" if body.get("load_balancer_type") == "application" else "Network"
        scheme = "internal" if body.get("internal") else "internet-facing"
        lines = [f"{kind} Load Balancer, {scheme}"]
        lines.append(f"In the {self.settings.tier} subnets")
        lines += [_listener(each) for each in self._listeners()]
        lines.append(f"From {', '.join(self._clients())}")
        if any(
            str(each["resource_arn"]).startswith(self._reference)
            for each in self._all("aws_wafv2_web_acl_association").values()
        ):
            lines.append("Firewall (AWS WAF)")
        return RequestStep("Load balancer", body["name"], tuple(lines))

    def _clients(self) -> list[str]:
        group = self.settings.prefixed("load_balancer_security_group")
        found = [
            str(body.get("cidr_ipv4") or body.get("prefix_list_id") or body.get("cidr_ipv6"))
            for body in self._all("aws_vpc_security_group_ingress_rule").values()
            if str(body["security_group_id"]).startswith(f"${{aws_security_group.{group}.")
        ]
        return list(dict.fromkeys(found)) or ["no address"]

    def target_groups(self) -> RequestStep:
        """The target groups to which the pods are registered."""
        found = [
            self._all("aws_lb_target_group").get(self.settings.prefixed(f"{name}_targets"))
            for name in self.settings.settings.target_groups
        ]
        groups = [each for each in found if each]
        lines = [f"{each['name']}: {each['protocol']} {each['port']}" for each in groups]
        checks = {
            f"Health check {check['protocol']} {check['path']} on port {check['port']}"
            for each in groups
            for check in _list(each.get("health_check"))
        }
        return RequestStep(
            "Target groups",
            ", ".join(self.settings.settings.target_groups),
            (*lines, *sorted(checks)),
        )

    def controller(self) -> Iterator[RequestStep]:
        """The ingress controller that registers its pods with them."""
        if self._release is None:
            return
        release, service = self._release
        pods = [
            f"{each.replicas} pods {each.name}"
            if each.where != "every node"
            else f"Pods {each.name} on every node"
            for each in self._pods
            if each.addon == release["name"]
        ]
        lines = (
            f"Chart {release['chart']} {release.get('version', '')}".rstrip(),
            f"Service {release['namespace']}/{service}",
            f"Class {self.settings.class_name}",
            *pods,
        )
        yield RequestStep("Ingress controller", release["name"], lines)

    def applications(self) -> Iterator[RequestStep]:
        """The pods behind the controller."""
        if self._release is not None:
            line = f"Ingresses of class {self.settings.class_name} choose Service and pods"
            yield RequestStep("Pods", "Your applications", (line,))

    def _find_release(self) -> tuple[Mapping[str, Any], str] | None:
        """The release whose pods are registered, and the Service by which they are found."""
        output = self.settings.prefixed("target_group_arns")
        releases = self._releases()
        for body in releases.values():
            for manifest in _manifests(body):
                if manifest.get("kind") != BINDING:
                    continue
                spec = manifest["spec"]
                if f".outputs.{output}." in spec["targetGroupARN"]:
                    own = body["name"].removesuffix("-resources")
                    named = [each for each in releases.values() if each["name"] == own]
                    return (named[0], spec["serviceRef"]["name"]) if named else None
        return None

    def _releases(self) -> Resources:
        for stack in self._stacks:
            if stack.short_name == KUBERNETES:
                return stack.document.get("resource", {}).get("helm_release", {})
        return {}

    def _has_release(self, name: str) -> bool:
        return any(body["name"] == name for body in self._releases().values())


def _manifests(release: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The custom resources of a release of the project's own chart."""
    for text in release.get("values") or ():
        if BINDING in text:
            yield from json.loads(text).get("resources", ())


def _listener(body: Mapping[str, Any]) -> str:
    [action] = _list(body["default_action"])
    end = f"{body['protocol']} {body['port']}"
    if redirect := next(iter(_list(action.get("redirect"))), None):
        return f"{end} redirects to {redirect['protocol']} {redirect['port']}"
    targets = re.search(r"aws_lb_target_group\.([\w-]+)\.", str(action))
    return (
        f"{end} to {targets[1].removeprefix('internal_').removesuffix('_targets')}"
        if targets
        else end
    )


def _zone(id_: str, zones: Resources) -> str:
    found = re.match(r"\$\{aws_route53_zone\.([\w-]+)\.", id_)
    return f"{zones[found[1]]['name']} (private)" if found else id_


def _list(value: Any) -> list[Any]:
    """A block as a list, which the provider also writes as one object."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
