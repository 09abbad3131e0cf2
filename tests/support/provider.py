"""The AWS provider that Terraform finds here, what it can run, and the ways in which tests run it.

A Terraform command spends more time on the provider than on a test's stack: it starts it and
reads 1,500 schemas, and `init` makes a checksum of 700 MB. So there are three ways:

- as users do, for one lifecycle: `init` chooses and verifies it, each command starts it;
- `per_command`: each command starts it, `init` verifies a launcher of it. For tests that stop or
  kill it;
- `SharedProvider`: one process for each region and for all commands of a worker. A process has one
  configuration at a time, so this is for one environment at a time.
"""

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

from config.derived.providers import AWS_CEILING, AWS_FLOOR, Version
from config.derived.workloads import workload_roles
from modules.merge import merged, nested
from rules.load import EXAMPLES, load
from runner.binary import PRODUCTS, binary
from runner.terraform import terraform_environment
from support.once import once
from tools.emulator import LocalAws
from tools.provider_mirror import CONFIG_VARIABLE, Mirror, cli_config
from tools.standins.reattach import Addresses, reattached, serving

NEWER_FEATURES_OFF: Final[dict[str, Any]] = {"cluster": {"deletion_protection": None}}
"""Settings that switch off what prod.yaml needs of a provider newer than 5.x."""

USED_SCHEMAS: Final = Path(__file__).parents[1] / "doubles" / "used_schemas.py"

LESS_COLLECTION: Final = {"GOGC": "off", "GOMEMLIMIT": "1GiB"}
"""Go collects garbage near the limit only, which saves a third of a command's CPU time."""

_SHARED_COLLECTION: Final = {"GOGC": "200"}
"""A process that goes on would stay at the limit; with this it stays at 700 MB."""


@cache
def installed_provider() -> Path:
    """The newest AWS provider that Terraform finds, in a mirror or in the registry."""
    folder = once("aws-provider", _install)
    (binary,) = folder.glob(".terraform/providers/*/hashicorp/aws/*/*/terraform-provider-aws_v*")
    return binary


def aws_provider_version() -> Version:
    """The version of the AWS provider that Terraform finds."""
    major, minor, *_ = installed_provider().parts[-3].split(".")
    return int(major), int(minor)


def runnable(environment: str, folder: Path, **settings: Any) -> Path:
    """Writes a variant of one of examples/environments that the provider found here can run.

    Args:
        environment: its name.
        folder: where to write it.
        settings: further settings, but none of the newer features.
    """
    original = EXAMPLES / f"{environment}.yaml"
    variant = folder / original.name
    own = {"extends": os.path.relpath(original, folder), "name": environment}
    known = merged(merged(runnable_settings(), _known_tags(original)), _known_roles(original))
    known = merged(known, _known_capabilities(original))
    variant.write_text(json.dumps(merged(merged(own, known), settings)))
    return variant


def runnable_settings() -> dict[str, Any]:
    """What an environment with every default of prod.yaml sets for the provider found here."""
    return {} if aws_provider_version() >= (6, 0) else NEWER_FEATURES_OFF


def _known_tags(file: Path) -> dict[str, Any]:
    """What the repositories of an environment set for the provider found here."""
    if aws_provider_version() >= (6, 8):
        return {}
    environment, *_ = load([file])
    named = [name for name, each in environment.registry.repositories.items() if each.mutable_tags]
    off = {name: {"mutable_tags": []} for name in named}
    return {"registry": {"repositories": off}} if off else {}


def _known_roles(file: Path) -> dict[str, Any]:
    """What the workloads of an environment set for the provider found here.

    It knows no target role before 6.2. A workload then has a policy instead.
    """
    if aws_provider_version() >= (6, 2):
        return {}
    environment, *_ = load([file])
    policy = {"policy_arns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"], "target_role_arn": None}
    off: dict[str, Any] = {}
    for each in workload_roles(environment):
        if each.permissions.target_role_arn:
            off = merged(off, nested(".".join(map(str, each.path)), policy))
    return off


def _known_capabilities(file: Path) -> dict[str, Any]:
    """What an environment sets for the provider found here, which knows none before 6.25."""
    if aws_provider_version() >= (6, 25):
        return {}
    environment, *_ = load([file])
    off = dict.fromkeys(environment.cluster.capabilities.enabled)
    return {"cluster": {"capabilities": off}} if off else {}


def per_command() -> dict[str, str]:
    """Variables with which each command starts the provider, and `init` does not read 700 MB."""
    folder = once("aws-provider-launcher", _write_launcher)
    return LESS_COLLECTION | {CONFIG_VARIABLE: str(folder / "terraform.rc")}


class SharedProvider:
    """A provider for all commands on one local AWS; it starts when needed."""

    def __init__(self, aws: LocalAws, processes: ExitStack) -> None:
        self._aws, self._processes = aws, processes

    @cached_property
    def addresses(self) -> Addresses:
        """Where Terraform finds it. Its own environment, not Terraform's, leads it to AWS."""
        environ = self._aws.process_environment(os.environ) | _SHARED_COLLECTION
        environ["PYTHONPATH"] = os.pathsep.join(sys.path)
        command = [sys.executable, str(USED_SCHEMAS), str(installed_provider()), "-debug"]
        return self._processes.enter_context(serving(command, environ))

    def variables(self) -> dict[str, str]:
        """Variables with which Terraform uses it; every other provider is found as always."""
        return LESS_COLLECTION | reattached(self.addresses)


def _install(folder: Path) -> None:
    versions = f">= {_text(AWS_FLOOR)}, < {_text(AWS_CEILING)}"
    required = {"aws": {"source": "hashicorp/aws", "version": versions}}
    (folder / "main.tf.json").write_text(
        json.dumps({"terraform": {"required_providers": required}})
    )
    subprocess.run(
        [binary(os.environ), "init", "-input=false"],
        cwd=folder,
        env=terraform_environment(),
        capture_output=True,
        check=True,
    )


def _write_launcher(folder: Path) -> None:
    provider = installed_provider()
    version, platform = provider.parts[-3:-1]
    sources = tuple(f"{each.registry}/hashicorp/aws" for each in PRODUCTS)
    for source in sources:
        launcher = folder / source / version / platform / provider.name
        launcher.parent.mkdir(parents=True)
        launcher.write_text(f'#!/bin/sh\nexec "{provider}" "$@"\n')
        launcher.chmod(0o755)
    (folder / "terraform.rc").write_text(cli_config((Mirror(folder, sources),)))


def _text(version: Version) -> str:
    return ".".join(map(str, version))
