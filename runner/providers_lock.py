"""Lock files of providers, which a synth and another machine keep.

Terraform writes `.terraform.lock.hcl` into the folder of a stack, which is output and not
committed. So the lock files of an environment stay beside its file, and every init begins with
them. Terraform and OpenTofu have files of their own: they take providers from different registries,
and each removes the lines of the other.

Source: https://developer.hashicorp.com/terraform/language/files/dependency-lock
"""

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from rules.load import ENVIRONMENTS
from runner.binary import PRODUCTS, TERRAFORM, Product, program
from runner.manifest import Stack
from runner.terraform import Terraform

LOCK: Final = ".terraform.lock.hcl"

PLATFORMS: Final = ("linux_amd64", "linux_arm64", "darwin_arm64")
"""What a lock file is for, unless arguments name others: pipelines, and the machines of people."""

_PLATFORM: Final = "-platform"


def lock_file(stack: Stack, folder: Path = ENVIRONMENTS, product: Product = TERRAFORM) -> Path:
    """Where the lock file of a stack stays: `environments/providers/<stack>.lock.hcl`.

    OpenTofu's is `<stack>.tofu.lock.hcl`.
    """
    between = "" if product is TERRAFORM else f".{product.program}"
    return folder / "providers" / f"{stack.name}{between}.lock.hcl"


def place_lock(stack: Stack, environ: Mapping[str, str], folder: Path = ENVIRONMENTS) -> bool:
    """Copies the lock file of a stack into its folder; whether there is one.

    Raises:
        RunnerError: there is a lock file, but neither Terraform nor OpenTofu.
    """
    if not any(lock_file(stack, folder, each).is_file() for each in PRODUCTS):
        return False
    file = lock_file(stack, folder, program(environ).product)
    if not file.is_file():
        return False
    shutil.copyfile(file, stack.directory / LOCK)
    return True


def providers_lock(
    stacks: Sequence[Stack],
    environ: Mapping[str, str],
    arguments: Sequence[str],
    report: Callable[[str], object],
    folder: Path = ENVIRONMENTS,
) -> None:
    """Writes the lock files of stacks, with the checksums of their providers for all platforms.

    Versions that are locked already stay as they are.

    Args:
        arguments: further arguments of `terraform providers lock`: other platforms than PLATFORMS,
            or where providers come from (`-fs-mirror=DIR`, `-net-mirror=URL`).
        report: prints a line.

    Raises:
        TerraformError: terraform failed; the files of the stacks before it are written.
    """
    named = any(each.startswith(_PLATFORM) for each in arguments)
    platforms = () if named else [f"{_PLATFORM}={each}" for each in PLATFORMS]
    product = program(environ).product
    for stack in stacks:
        place_lock(stack, environ, folder)
        Terraform(stack.directory, environ).check("providers", "lock", *platforms, *arguments)
        file = lock_file(stack, folder, product)
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(stack.directory / LOCK, file)
        report(f"{stack.name}: {file}")
