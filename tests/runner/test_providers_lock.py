"""`make providers-lock`: versions and checksums of providers that a synth does not lose."""

import re
from pathlib import Path

import pytest

from runner.manifest import Stack
from runner.providers_lock import LOCK, PLATFORMS, lock_file, place_lock, providers_lock
from runner.terraform import Terraform, terraform_environment
from support.fake_terraform import FakeTerraform
from support.once import once
from tools.provider_mirror import go_platform

BLOCK = '{"terraform": {"required_providers": {"null": {"source": "example/null"}}}}'


def a_stack(folder: Path, text: str) -> Stack:
    directory = folder / "stacks" / "dev-network"
    directory.mkdir(parents=True)
    (directory / "cdk.tf.json").write_text(text)
    return Stack("dev-network", directory, ())


@pytest.mark.terraform
def test_the_lock_file_has_checksums_and_terraform_refuses_another_provider(tmp_path: Path) -> None:
    """A provider of a mirror that stands for any: its content is what the checksum is of."""
    mirror = once("small-mirror", small_mirror)
    source = '{"source": "registry.terraform.io/example/small", "version": ">= 1.0.0"}'
    stack = a_stack(tmp_path, f'{{"terraform": {{"required_providers": {{"small": {source}}}}}}}')
    environments = tmp_path / "environments"
    platform = go_platform()
    arguments = [f"-fs-mirror={mirror}", f"-platform={platform}"]
    told: list[str] = []
    providers_lock([stack], terraform_environment(), arguments, told.append, environments)
    file = lock_file(stack, environments)
    assert told == [f"dev-network: {file}"]
    assert file == environments / "providers" / "dev-network.lock.hcl"
    checksum = re.search(r'"h1:[^"]+"', file.read_text())
    assert checksum is not None

    (stack.directory / LOCK).unlink()
    assert place_lock(stack, terraform_environment(), environments)
    assert (stack.directory / LOCK).read_text() == file.read_text()

    config = tmp_path / "terraform.rc"
    config.write_text(f'provider_installation {{ filesystem_mirror {{ path = "{mirror}" }} }}')
    terraform = Terraform(
        stack.directory, terraform_environment() | {"TF_CLI_CONFIG_FILE": str(config)}
    )
    assert terraform.run("init", "-input=false", "-backend=false") == 0
    other = file.read_text().replace(checksum[0], f'"h1:{"A" * 43}="')
    file.write_text(other)
    assert place_lock(stack, terraform_environment(), environments)
    assert terraform.run("init", "-input=false", "-backend=false") != 0


def small_mirror(folder: Path) -> None:
    """A mirror with a provider that starts no process: init and lock only read it."""
    place = folder / "registry.terraform.io/example/small/1.0.0" / go_platform()
    place.mkdir(parents=True)
    binary = place / "terraform-provider-small_v1.0.0"
    binary.write_text("#!/bin/sh\n")
    binary.chmod(0o755)


def test_lock_files_are_for_pipelines_and_for_the_machines_of_people(
    tmp_path: Path, fake_terraform: FakeTerraform
) -> None:
    stack = a_stack(tmp_path, BLOCK)
    (stack.directory / LOCK).write_text("locked")
    for arguments in ((), ("-platform=linux_amd64",)):
        providers_lock([stack], terraform_environment(), arguments, print, tmp_path)
    assert fake_terraform.calls == [
        ["dev-network", "providers", "lock", *(f"-platform={each}" for each in PLATFORMS)],
        ["dev-network", "providers", "lock", "-platform=linux_amd64"],
    ]


def test_a_stack_without_a_lock_file_is_left_alone(tmp_path: Path) -> None:
    stack = a_stack(tmp_path, BLOCK)
    assert not place_lock(stack, terraform_environment(), tmp_path)
    assert not (stack.directory / LOCK).exists()
