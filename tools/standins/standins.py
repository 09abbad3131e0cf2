"""Stand-ins for the helm and kubernetes providers, and a Terraform that uses them.

What is real is Terraform, the AWS provider, and the schemas, which come from the bindings that the
project pins. Without a cluster (`cluster_variables`) nothing is installed.
"""

import dataclasses
import json
import os
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from tools.kubernetes import Cluster
from tools.provider_mirror import (
    CONFIG_VARIABLE,
    Mirror,
    cli_config,
    find_mirrors,
    go_platform,
    registry,
)
from tools.standins import binding_schemas
from tools.standins.reattach import Addresses, serving
from tools.standins.variables import CHARTS, CLUSTER, FAIL, HELM, LOG

PROVIDERS: Final = ("helm", "kubernetes")
PROGRAM: Final = "tools.standins.provider"
_PROJECT: Final = Path(__file__).parents[2]


class StandIns:
    """The stand-ins in a folder of their own, as a mirror of providers."""

    def __init__(self, folder: Path, types: Collection[str]) -> None:
        """Writes them.

        Args:
            folder: an empty folder.
            types: the resource types that they have to know.

        Raises:
            KeyError: a type is not in the pinned bindings.
        """
        self._folder = folder
        self._log = folder / "events"
        for name in PROVIDERS:
            own = sorted(each for each in types if each.startswith(f"{name}_"))
            self._write(name, own)

    def environment(self, environ: Mapping[str, str], *, fail: str = "") -> dict[str, str]:
        """The environment of a Terraform that finds the stand-ins, and AWS where it always does.

        Args:
            environ: the environment to start from.
            fail: what is to fail: `helm_release.<name>` or `<type>.<namespace>/<name>`.
        """
        own = tuple(f"{registry(os.environ)}/hashicorp/{name}" for name in PROVIDERS)
        others = (
            Mirror(mirror.path, tuple(each for each in mirror.providers if each not in own))
            for mirror in find_mirrors(environ)
        )
        mirrors = (Mirror(self._folder, own), *(each for each in others if each.providers))
        config = self._folder / "terraform.rc"
        config.write_text(cli_config(mirrors))
        # The compiled modules of gRPC make each start of a provider a second faster.
        return {
            **{key: value for key, value in environ.items() if key != "PYTHONDONTWRITEBYTECODE"},
            CONFIG_VARIABLE: str(config),
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
            LOG: str(self._log),
            FAIL: fail,
        }

    @contextmanager
    def serving(self, environ: Mapping[str, str], folder: Path) -> Iterator[Addresses]:
        """Runs each as one process for several commands; gives their addresses.

        Args:
            environ: as `environment` gives it.
            folder: the stack's folder, where charts that travel with it are looked for.
        """
        with ExitStack() as processes:
            addresses: Addresses = {}
            for launcher in sorted(self._folder.rglob("terraform-provider-*")):
                command = [str(launcher), "--dev"]
                addresses |= processes.enter_context(serving(command, environ, folder))
            yield addresses

    def events(self) -> list[dict[str, Any]]:
        """What happened so far, in order; the next call begins after it."""
        if not self._log.exists():
            return []
        lines = self._log.read_text().splitlines()
        self._log.unlink()
        return [json.loads(line) for line in lines]

    def _write(self, name: str, types: Collection[str]) -> None:
        settings = binding_schemas.provider(name)
        schemas = binding_schemas.resources(name, types)
        version = settings.version
        place = self._folder / registry(os.environ) / "hashicorp" / name / version / go_platform()
        place.mkdir(parents=True)
        description = place / "description.json"
        description.write_text(
            json.dumps(
                {
                    "name": name,
                    "settings": _plain(settings),
                    "resources": {type_: _plain(each) for type_, each in schemas.items()},
                }
            )
        )
        launcher = place / f"terraform-provider-{name}_v{version}"
        # Terraform starts a provider without arguments and without the path of the project.
        launcher.write_text(
            f"#!/bin/sh\n# STAND-IN for the {name} provider\n"
            f'export PYTHONPATH="{_PROJECT}" PYTHONUNBUFFERED=1\n'
            f'exec "{sys.executable}" -m {PROGRAM} "{description}" "$@"\n'
        )
        launcher.chmod(0o755)


def cluster_variables(cluster: Cluster, charts: Path) -> dict[str, str]:
    """What makes the stand-ins apply resources to a cluster.

    Args:
        cluster: the cluster.
        charts: the folder of the charts that are not our own.
    """
    return {
        **cluster.variables,
        CLUSTER: json.dumps(dataclasses.asdict(cluster.access)),
        HELM: json.dumps(cluster.programs.command("helm")),
        CHARTS: str(charts),
    }


def _plain(schema: binding_schemas.Schema) -> dict[str, Any]:
    return {name: dataclasses.asdict(each) for name, each in schema.fields.items()}


def types_in(stack: Mapping[str, Any]) -> set[str]:
    """The resource types of a stack that are the stand-ins'.

    Args:
        stack: the stack's Terraform JSON.
    """
    return {type_ for type_ in stack.get("resource", {}) if type_.partition("_")[0] in PROVIDERS}
