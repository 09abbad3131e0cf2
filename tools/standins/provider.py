"""A STAND-IN that Terraform takes for the helm or the kubernetes provider.

It accepts what the real provider's schema accepts, writes down in which order resources are
created and deleted, and fails where a test wants it to. Without a cluster it keeps resources in
Terraform's state alone. With one (`EKS_PLATFORM_STANDIN_CLUSTER`) it applies them to its API.
tools/standins/standins.py starts it with a description as its argument.
"""

# ruff: noqa: ARG002 - the interface of the tf package says which arguments there are
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tf import runner, schema
from tf.iface import Provider, Resource
from tf.utils import Diagnostics

from tools.standins.resource import State, log, resource
from tools.standins.schema import Fields, schema_of


class StandInProvider(Provider):
    """The provider, with the settings and resource types of its description."""

    def __init__(self, description: Mapping[str, Any]) -> None:
        self._name: str = description["name"]
        self._settings: Fields = description["settings"]
        prefix = self.get_model_prefix()
        self._resources = [
            resource(type_, fields, prefix) for type_, fields in description["resources"].items()
        ]

    def get_model_prefix(self) -> str:
        return f"{self._name}_"

    def get_provider_schema(self, diags: Diagnostics) -> schema.Schema:
        settings = {name: each for name, each in self._settings.items() if name != "alias"}
        return schema_of(settings)

    def full_name(self) -> str:
        return f"registry.terraform.io/hashicorp/{self._name}"

    def validate_config(self, diags: Diagnostics, config: State) -> None:
        pass

    def configure_provider(self, diags: Diagnostics, config: State) -> None:
        cluster = config.get("kubernetes") if self._name == "helm" else config
        execute = (cluster or {}).get("exec")
        command = execute[0] if isinstance(execute, list) and execute else execute
        log("configured", provider=self._name, host=(cluster or {}).get("host"), exec=command or {})

    def get_data_sources(self) -> list[Any]:
        return []

    def get_resources(self) -> list[type[Resource]]:
        return self._resources


if __name__ == "__main__":
    runner.run_provider(StandInProvider(json.loads(Path(sys.argv[1]).read_text())), sys.argv)
