"""Finds a local mirror of Terraform providers and writes the CLI configuration that uses it.

Development only: the demo, the emulator and the tests use it; the runner does not. A machine
without internet access keeps the providers in a folder with Terraform's layout
(`<host>/<namespace>/<type>/<version>/<os>_<arch>`, or zip files one level higher). Terraform
searches only its documented implied mirrors, so any other folder needs a `provider_installation`
block.

OpenTofu takes the same providers from a registry of its own. Where a mirror has only Terraform's, a
folder of links in the cache gives them the addresses that OpenTofu asks for.

Source of the layout and the block:
https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation
https://opentofu.org/docs/cli/config/config-file/#provider-installation
"""

import json
import os
import platform
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from runner.binary import OPENTOFU, PRODUCTS, TERRAFORM, VARIABLE, program
from runner.errors import RunnerError

REGISTRY: Final = TERRAFORM.registry
MIRROR_VARIABLE: Final = "TF_PROVIDER_MIRROR"
CONFIG_VARIABLE: Final = "TF_CLI_CONFIG_FILE"

USUAL_ROOTS: Final = (
    "~/.terraform.d",
    "~/.local/share",
    "/usr/local/share",
    "/usr/share",
    "/usr/local/lib",
    "/usr/lib",
    "/var/lib",
    "/opt",
    "/srv",
)
_DEPTH: Final = 3

_MACHINES: Final = {"x86_64": "amd64", "aarch64": "arm64", "i386": "386", "i686": "386"}


@dataclass(frozen=True)
class Mirror:
    """A folder with providers that this machine can run.

    Attributes:
        path: the folder that contains the registry's folder.
        providers: source addresses, for example `registry.terraform.io/hashicorp/aws`; sorted.
    """

    path: Path
    providers: tuple[str, ...]


def find_mirrors(
    environ: Mapping[str, str], roots: tuple[str, ...] = USUAL_ROOTS
) -> tuple[Mirror, ...]:
    """Finds the provider mirrors of this machine.

    Returns:
        The mirrors that hold a provider for this machine's platform, sorted by path.

    Raises:
        RunnerError: `TF_PROVIDER_MIRROR` names a folder that is no mirror.
    """
    named = environ.get(MIRROR_VARIABLE, "")
    if named:
        return tuple(_named(Path(part).expanduser()) for part in named.split(os.pathsep) if part)
    folders = {folder for root in roots for folder in _search(Path(root).expanduser(), _DEPTH)}
    mirrors = (Mirror(folder, _providers(folder)) for folder in sorted(folders))
    return tuple(mirror for mirror in mirrors if mirror.providers)


def cli_config(mirrors: tuple[Mirror, ...]) -> str:
    """Writes the text of a Terraform CLI configuration file.

    Returns:
        The text. It depends on the mirrors alone.
    """
    lines = ["provider_installation {"]
    for mirror in mirrors:
        lines += [
            "  filesystem_mirror {",
            f"    path    = {json.dumps(str(mirror.path))}",
            f"    include = {json.dumps(list(mirror.providers))}",
            "  }",
        ]
    found = sorted({provider for mirror in mirrors for provider in mirror.providers})
    lines += ["  direct {", f"    exclude = {json.dumps(found)}", "  }", "}", ""]
    return "\n".join(lines)


def mirror_environment(
    environ: Mapping[str, str], roots: tuple[str, ...] = USUAL_ROOTS
) -> dict[str, str]:
    """Returns the variables that make Terraform use this machine's mirror.

    A mirror named in `TF_PROVIDER_MIRROR` has precedence. Otherwise an existing CLI configuration
    file of the user is kept. A `TF_CLI_CONFIG_FILE` that does not exist counts as none: Terraform
    only warns about it and uses the registry.

    Returns:
        What to add to the environment; nothing where the registry is to be used.

    Raises:
        RunnerError: `TF_PROVIDER_MIRROR` names a folder that is no mirror.
    """
    if not environ.get(MIRROR_VARIABLE) and _has_own_config(environ):
        return {}
    mirrors = find_mirrors(environ, roots)
    if not mirrors:
        return {}
    mirrors += _for_opentofu(mirrors, _cache_folder(environ) / OPENTOFU.program)
    path = _cache_folder(environ) / "terraform.rc"
    _write(path, cli_config(mirrors))
    return {CONFIG_VARIABLE: str(path)}


def registry(environ: Mapping[str, str]) -> str:
    """The host of the registry of the program that runs the stacks."""
    return program(environ).product.registry if environ.get(VARIABLE) else REGISTRY


def _for_opentofu(mirrors: tuple[Mirror, ...], folder: Path) -> tuple[Mirror, ...]:
    """A folder of links to the providers that the mirrors have for Terraform alone.

    The links are the leaves, which is the only place where links are followed.
    """
    there = {provider for mirror in mirrors for provider in mirror.providers}
    linked: set[str] = set()
    for mirror in mirrors:
        for provider in mirror.providers:
            host, _, rest = provider.partition("/")
            other = f"{OPENTOFU.registry}/{rest}"
            if host != TERRAFORM.registry or other in there:
                continue
            for package in _packages(mirror.path / provider):
                _link(folder / other / package.relative_to(mirror.path / provider), package)
            linked.add(other)
    return (Mirror(folder, tuple(sorted(linked))),) if linked else ()


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    link.parent.mkdir(parents=True, exist_ok=True)
    draft = link.with_name(f".{link.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    draft.symlink_to(target)
    draft.replace(link)


def go_platform() -> str:
    """This machine's platform in Terraform's words, for example `linux_amd64`."""
    system = "windows" if sys.platform == "win32" else sys.platform
    machine = platform.machine().lower()
    return f"{system}_{_MACHINES.get(machine, machine)}"


def _has_own_config(environ: Mapping[str, str]) -> bool:
    named = environ.get(CONFIG_VARIABLE)
    path = Path(named) if named else Path("~/.terraformrc").expanduser()
    return path.is_file()


def _named(folder: Path) -> Mirror:
    providers = _providers(folder)
    if not providers:
        raise RunnerError(
            f"{MIRROR_VARIABLE} is {folder}, which holds no provider for {go_platform()}. "
            f"Set it to the folder that contains {REGISTRY}/, or unset it."
        )
    return Mirror(folder.resolve(), providers)


def _providers(folder: Path) -> tuple[str, ...]:
    found = {
        provider
        for each in PRODUCTS
        for provider in folder.glob(f"{each.registry}/*/*")
        if any(_packages(provider))
    }
    return tuple(sorted(path.relative_to(folder).as_posix() for path in found))


def _packages(provider: Path) -> Iterator[Path]:
    """The packages of a provider for this machine: folders, and zip files."""
    name = go_platform()
    yield from provider.glob(f"*/{name}")
    yield from provider.glob(f"terraform-provider-*_{name}.zip")


def _search(folder: Path, depth: int) -> Iterator[Path]:
    try:
        children = [Path(entry) for entry in os.scandir(folder) if entry.is_dir()]
    except OSError:
        return
    if any(child.name == each.registry for child in children for each in PRODUCTS):
        yield folder.resolve()
    elif depth:
        for child in children:
            if not child.is_symlink():
                yield from _search(child, depth - 1)


def _cache_folder(environ: Mapping[str, str]) -> Path:
    base = environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "eks-platform"


def _write(path: Path, text: str) -> None:
    if path.is_file() and path.read_text() == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # Another run may read the file at this moment: it sees the old or the new one, never half.
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(text)
    draft.replace(path)
