"""The program that runs the stacks: Terraform, or OpenTofu where TERRAFORM names it."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from runner.errors import RunnerError

VARIABLE: Final = "TERRAFORM"
"""The environment variable with the program: a name on the PATH, or a path."""

Version = tuple[int, int]
"""Major and minor version."""


@dataclass(frozen=True)
class Product:
    """A program that runs Terraform JSON.

    Attributes:
        name: as it is written, and as `version` of the program begins.
        program: its usual name on the PATH.
        registry: the host of providers whose source address has none.
        minimum: the oldest version that runs the stacks.
        lockfile: the oldest version whose S3 backend has `use_lockfile`.
        table_warning: the oldest version that warns of `dynamodb_table`; None where none does.
        install: the address with its installation.
    """

    name: str
    program: str
    registry: str
    minimum: Version
    lockfile: Version
    table_warning: Version | None
    install: str


TERRAFORM: Final = Product(
    name="Terraform",
    program="terraform",
    registry="registry.terraform.io",
    minimum=(1, 9),
    lockfile=(1, 10),
    # https://developer.hashicorp.com/terraform/language/backend/s3#dynamodb-state-locking
    table_warning=(1, 11),
    install="https://developer.hashicorp.com/terraform/install",
)

OPENTOFU: Final = Product(
    name="OpenTofu",
    program="tofu",
    registry="registry.opentofu.org",
    # `lifecycle` of `removed` blocks, which keep data of features that are switched off, and
    # `use_lockfile`: https://github.com/opentofu/opentofu/blob/v1.10/CHANGELOG.md
    minimum=(1, 10),
    lockfile=(1, 10),
    # https://opentofu.org/docs/language/settings/backends/s3/#dynamodb-state-locking
    table_warning=None,
    install="https://opentofu.org/docs/intro/install/",
)

PRODUCTS: Final = (TERRAFORM, OPENTOFU)

_ANSWER: Final = re.compile(
    rf"^({'|'.join(each.name for each in PRODUCTS)}) v(\d+)\.(\d+)", re.MULTILINE
)


@dataclass(frozen=True)
class InstalledProgram:
    """The program that is used.

    Attributes:
        path: where it is.
        product: what it is.
        version: its version.
    """

    path: str
    product: Product
    version: Version


def binary(environ: Mapping[str, str]) -> str:
    """Path of the program that TERRAFORM names, `terraform` where it is not set.

    Raises:
        RunnerError: it is not there.
    """
    name = environ.get(VARIABLE) or TERRAFORM.program
    found = shutil.which(name, path=environ.get("PATH"))
    if found is None:
        given = "" if name == TERRAFORM.program else f" ({VARIABLE}={name})"
        wanted = next((each for each in PRODUCTS if each.program == name), TERRAFORM)
        raise RunnerError(
            f"{name} is not on the PATH{given}. Install {wanted.name} "
            f"{text(wanted.minimum)} or newer: {wanted.install}"
        )
    return found


def program(environ: Mapping[str, str]) -> InstalledProgram:
    """The program that TERRAFORM names, with product and version.

    Raises:
        RunnerError: it is not there, or is neither Terraform nor OpenTofu.
    """
    path = binary(environ)
    answer = subprocess.run(
        [path, "version"],
        capture_output=True,
        text=True,
        check=False,
        env={**environ, "CHECKPOINT_DISABLE": "1"},
    )
    found = _ANSWER.search(answer.stdout)
    if found is None:
        names = " or ".join(each.name for each in PRODUCTS)
        raise RunnerError(
            f"`{path} version` does not print a version of {names}: "
            f"{(answer.stderr or answer.stdout).strip()}"
        )
    product = next(each for each in PRODUCTS if each.name == found[1])
    return InstalledProgram(path, product, (int(found[2]), int(found[3])))


def require_version(
    environ: Mapping[str, str] | None = None, *, lockfile: bool = False
) -> InstalledProgram:
    """Checks the version of the program, and returns it.

    Args:
        environ: by default that of this process.
        lockfile: whether the states are locked by `use_lockfile`.

    Raises:
        RunnerError: it is not there, it is older, or it is another program.
    """
    found = program(os.environ if environ is None else environ)
    product = found.product
    minimum = max(product.minimum, product.lockfile) if lockfile else product.minimum
    if found.version < minimum:
        needs_lockfile = lockfile and product.lockfile > product.minimum
        reason = "`state.lock: s3` or `both`" if needs_lockfile else "this project"
        raise RunnerError(
            f"{found.path} is {product.name} {text(found.version)}, but {reason} needs "
            f"{text(minimum)} or newer. Install a newer one: {product.install}"
        )
    return found


def text(version: Version) -> str:
    """A version as it is written, for example `1.9`."""
    return ".".join(map(str, version))
