"""Platform stacks for tests: releases, their values, and the order that Terraform would take."""

import json
import re
from collections.abc import Sequence
from typing import Any

from cdktf import App, TerraformStack, Testing

from config.addons.ingress import GATEWAY_ONLY
from config.environment import Environment
from modules.addons.catalog import enabled_addons
from modules.helm.contract import Addon
from modules.helm.helm_release import release_id
from modules.helm.releases import plan_releases
from modules.helm.renderer import AddonReleases
from modules.remote_state import RemoteOutputs
from support.environments import environment

ZONE = {"id": "Z0123456789ABCDEFGHIJ", "name": "platform.example.com"}


def with_controller(controller: str, **edge: Any) -> Environment:
    """An environment with an ingress controller behind a front door with these settings."""
    gateway = {"gateway_api": {"enabled": True}} if controller in GATEWAY_ONLY else {}
    return environment(platform={"ingress": {"controller": controller, **gateway}}, edge=edge)


class Releases:
    """Synthesized add-ons."""

    def __init__(self, settings: Environment, addons: Sequence[Addon] | None = None) -> None:
        stack = TerraformStack(App(stack_traces=False), "test")
        AddonReleases(
            stack,
            settings,
            RemoteOutputs(stack, settings),
            plan=plan_releases(settings, enabled_addons(settings) if addons is None else addons),
        )
        self.json: dict[str, Any] = json.loads(Testing.synth(stack))

    def of(self, type_: str) -> dict[str, dict[str, Any]]:
        """The resources of a type by id."""
        return self.json.get("resource", {}).get(type_, {})

    @property
    def names(self) -> set[str]:
        """Names of the releases."""
        return {release["name"] for release in self.of("helm_release").values()}

    def release(self, name: str) -> dict[str, Any]:
        """One release."""
        return self.of("helm_release")[release_id(name)]

    def text(self, name: str) -> str:
        """The values of a release as Terraform reads them."""
        [text] = self.release(name)["values"]
        return text

    def values(self, name: str) -> dict[str, Any]:
        """The values of a release."""
        return json.loads(self.text(name))

    def before(self, name: str) -> set[str]:
        """Addresses of all that Terraform makes before a release, directly or not."""
        found: set[str] = set()
        waiting = [f"helm_release.{release_id(name)}"]
        while waiting:
            type_, _, id_ = waiting.pop().partition(".")
            body = self.of(type_)[id_]
            new = {*body.get("depends_on", []), *_references(body)} - found
            found |= new
            waiting += new
        return found


def _references(body: dict[str, Any]) -> set[str]:
    return {
        f"{type_}.{id_}"
        for type_, id_ in re.findall(r"\$\{((?:aws|helm|kubernetes)_\w+)\.(\w+)", json.dumps(body))
    }
