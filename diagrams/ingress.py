"""The second half of a request's way: from the target groups to an application's pods."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from diagrams import mermaid
from diagrams.stack import Json, resources

Manifest = Mapping[str, Any]
"""A Kubernetes object."""

CONTROLLER: Final = "controller"
ISSUER_ANNOTATION: Final = "cert-manager.io/cluster-issuer"
"""https://cert-manager.io/docs/usage/ingress/"""


@dataclass(frozen=True)
class Release:
    """A Helm release.

    Attributes:
        body: its resource.
        values: its values.
    """

    body: Mapping[str, Any]
    values: Mapping[str, Any]

    @property
    def manifests(self) -> Sequence[Manifest]:
        """The custom resources in it, where it is one of our own chart."""
        return self.values.get("resources", ()) if "repository" not in self.body else ()


class Ingress:
    """The ingress controller, and an application behind it.

    Attributes:
        lines: its part of the flowchart.
    """

    def __init__(
        self, platform: Json, application: Sequence[Manifest], target_group: Callable[[str], str]
    ) -> None:
        """Reads it.

        Args:
            platform: the synthesized platform stack; pods join target groups in it.
            application: the objects of an application.
            target_group: gives the node of a target group by the expression for its ARN.
        """
        self._releases = {
            name: Release(body, json.loads(body["values"][0]))
            for name, body in resources(platform, "helm_release").items()
        }
        self._application, self._target_group = application, target_group
        self._binding_release, self._bindings = self._bound()
        self._controller = self._releases[self._controller_name()]
        served = [each for each in self._of("Ingress") if self._serves(each)]
        pods = [line for ingress in served for line in self._backends(ingress)]
        inside = [mermaid.node(CONTROLLER, *self._about_controller()), *pods]
        self.lines = [
            *mermaid.group("cluster", "EKS cluster", [*inside, *self._certificates(served)]),
            *(
                mermaid.arrow(
                    self._target_group(binding["spec"]["targetGroupARN"]),
                    CONTROLLER,
                    f"{binding['kind']} {binding['metadata']['name']}",
                )
                for binding in self._bindings
            ),
        ]

    def _bound(self) -> tuple[Release, list[Manifest]]:
        for release in self._releases.values():
            bindings = [each for each in release.manifests if each["kind"] == "TargetGroupBinding"]
            if bindings:
                return release, bindings
        msg = "no release binds pods to target groups"
        raise ValueError(msg)

    def _controller_name(self) -> str:
        """The release that the bindings come after, in whose namespace they are."""
        namespace = self._binding_release.body["namespace"]
        (name,) = (
            name
            for name in _releases_before(self._binding_release)
            if self._releases[name].body["namespace"] == namespace
        )
        return name

    def _about_controller(self) -> Iterator[str]:
        body, values = self._controller.body, self._controller.values
        yield f"{body['name']} {body['version']}"
        yield _pods(values)
        constraints = _first(values, "topologySpreadConstraints") or ()
        if any(each["topologyKey"].endswith("/zone") for each in constraints):
            yield "spread over the zones"
        yield f"ingress class {self._class}"

    @property
    def _class(self) -> str:
        named = _first(self._controller.values, "ingressClass")
        return named["name"] if isinstance(named, dict) else named

    def _serves(self, ingress: Manifest) -> bool:
        return ingress["spec"].get("ingressClassName") == self._class

    def _backends(self, ingress: Manifest) -> Iterator[str]:
        for rule in ingress["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                name = path["backend"]["service"]["name"]
                service = next(each for each in self._of("Service") if _name(each) == name)
                yield mermaid.node("service", "application Service", name)
                yield mermaid.arrow(CONTROLLER, "service", f"{rule['host']}{path['path']}")
                yield from self._workloads(service)

    def _workloads(self, service: Manifest) -> Iterator[str]:
        selector = service["spec"]["selector"].items()
        for deployment in self._of("Deployment"):
            labels = deployment["spec"]["template"]["metadata"]["labels"]
            if selector <= labels.items():
                yield mermaid.node("pods", _name(deployment), self._scaled(_name(deployment)))
                yield mermaid.arrow("service", "pods")

    def _scaled(self, deployment: str) -> str:
        for scaler in self._of("HorizontalPodAutoscaler"):
            if scaler["spec"]["scaleTargetRef"]["name"] == deployment:
                spec = scaler["spec"]
                return f"{spec['minReplicas']} to {spec['maxReplicas']} pods"
        return "pods"

    def _certificates(self, served: Sequence[Manifest]) -> Iterator[str]:
        """Who signs what the controller presents: by default, and for the application."""
        secrets: dict[str, list[str]] = {}
        for name in _releases_before(self._controller):
            release = self._releases[name]
            if release.body["namespace"] == self._controller.body["namespace"]:
                for each in release.manifests:
                    if each["kind"] == "Certificate":
                        issuer = each["spec"]["issuerRef"]["name"]
                        secrets.setdefault(issuer, []).append(each["spec"]["secretName"])
        for ingress in served:
            issuer = ingress["metadata"].get("annotations", {}).get(ISSUER_ANNOTATION)
            if issuer:
                tls = ingress["spec"].get("tls", ())
                secrets.setdefault(issuer, []).extend(each["secretName"] for each in tls)
        for number, (issuer, names) in enumerate(secrets.items()):
            id_ = f"issuer_{number}"
            yield mermaid.node(id_, "cert-manager", f"ClusterIssuer {issuer}")
            yield mermaid.arrow(id_, CONTROLLER, *names, dotted=True)

    def _of(self, kind: str) -> list[Manifest]:
        return [each for each in self._application if each["kind"] == kind]


def _name(manifest: Manifest) -> str:
    return manifest["metadata"]["name"]


def _releases_before(release: Release) -> list[str]:
    address = "helm_release."
    before = release.body.get("depends_on", ())
    return [each.removeprefix(address) for each in before if each.startswith(address)]


def _pods(values: Mapping[str, Any]) -> str:
    """How many pods a controller has; the charts have the keys in different places."""
    scaling = _first(values, "autoscaling") or {}
    if scaling.get("enabled"):
        return f"{scaling['minReplicas']} to {scaling['maxReplicas']} pods"
    number = _first(values, "replicas") or _first(values, "replicaCount")
    return "1 pod" if number == 1 else f"{number} pods"


def _first(values: Any, key: str) -> Any:
    """The value of a key wherever it is, the outermost first; None where there is none."""
    if not isinstance(values, Mapping):
        return None
    if key in values:
        return values[key]
    found = (_first(inner, key) for inner in values.values())
    return next((each for each in found if each is not None), None)
