"""The AWS provider that Terraform finds here, and an environment that it can run."""

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from config.derived.providers import AWS_CEILING, AWS_FLOOR, Version
from rules.load import EXAMPLES
from runner.terraform import terraform_environment

NEWER_FEATURES_OFF: Final[dict[str, Any]] = {"cluster": {"deletion_protection": None}}
"""Settings that switch off what prod.yaml asks of a provider newer than 5.x."""


@cache
def aws_provider_version() -> Version:
    """The newest AWS provider that Terraform finds, in a mirror or in the registry."""
    source = {
        "source": "hashicorp/aws",
        "version": f">= {_text(AWS_FLOOR)}, < {_text(AWS_CEILING)}",
    }
    with TemporaryDirectory() as folder:
        terraform = {"terraform": {"required_providers": {"aws": source}}}
        Path(folder, "main.tf.json").write_text(json.dumps(terraform))
        _terraform(folder, "init", "-input=false")
        answer = json.loads(_terraform(folder, "version", "-json"))
    (version,) = answer["provider_selections"].values()
    major, minor, *_ = version.split(".")
    return int(major), int(minor)


def runnable(environment: str, folder: Path) -> str:
    """An environment of examples/environments as the provider found here can run it.

    Args:
        environment: its name.
        folder: where to write a variant of it that does without newer features.

    Returns:
        The name, or the path of the variant.
    """
    if aws_provider_version() >= (6, 0) or environment != "prod":
        return environment
    original = os.path.relpath(EXAMPLES / f"{environment}.yaml", folder)
    variant = folder / f"{environment}.yaml"
    own = {"extends": original, "name": environment}
    variant.write_text(json.dumps(own | runnable_settings()))
    return str(variant)


def runnable_settings() -> dict[str, Any]:
    """What an environment with every default of prod.yaml sets for the provider found here."""
    return {} if aws_provider_version() >= (6, 0) else NEWER_FEATURES_OFF


def _text(version: Version) -> str:
    return ".".join(map(str, version))


def _terraform(folder: str, *arguments: str) -> str:
    done = subprocess.run(
        ["terraform", *arguments],
        cwd=folder,
        env=terraform_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
