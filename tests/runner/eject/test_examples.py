"""Examples are ejected: what they have, and nothing else, as `terraform fmt` writes it (M11)."""

import os
import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

from rules.load import EXAMPLES, load
from runner.binary import binary
from runner.eject.origins import Origin, noting
from runner.eject.schemas import blocks_of
from runner.eject.stack import hcl_files
from runner.terraform import terraform_environment
from support.output import Output, synthesized_output

_ADDRESS: Final = re.compile(r'^(resource|data) "(\w+)" "([\w-]+)" \{$', re.MULTILINE)

COVERING: Final = (
    "amp",
    "auto-mode",
    "capabilities",
    "existing-vpc",
    "full",
    "inspection",
    "intranet",
    "irsa",
    "isolated",
    "registry",
    "two-regions",
)
"""Examples that together have every type that any example has."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Output, list[Origin]]:
    with noting() as origins:
        environments = load([EXAMPLES / f"{name}.yaml" for name in COVERING])
        output = synthesized_output(tmp_path_factory.mktemp("cdktf.out"), *environments)
    return output, origins


@pytest.fixture(scope="module")
def ejected(
    made: tuple[Output, list[Origin]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """The folders of all stacks by name."""
    output, origins = made
    folders: dict[str, Path] = {}
    for name in output.names:
        folders[name] = tmp_path_factory.mktemp(name)
        for file, text in hcl_files(output.stack(name).json, origins).items():
            (folders[name] / file).write_text(text)
    return folders


def test_each_element_is_in_one_file(
    made: tuple[Output, list[Origin]], ejected: dict[str, Path]
) -> None:
    output, _ = made
    for name, folder in ejected.items():
        text = "".join(file.read_text() for file in sorted(folder.iterdir()))
        document = output.stack(name).json
        assert sorted(_ADDRESS.findall(text)) == sorted(
            (kind, type_, each)
            for kind in ("resource", "data")
            for type_, names in document.get(kind, {}).items()
            for each in names
        )
        assert re.findall(r'^output "(\w+)"', text, re.MULTILINE) == [*document.get("output", {})]
        key = document["terraform"]["backend"]["s3"]["key"]
        backend = re.search(r'^  backend "s3" {\n((?:    .*\n)*)', text, re.MULTILINE)
        assert backend is not None
        assert re.search(rf'^    key += "{key}"$', backend[1], re.MULTILINE)


@pytest.mark.terraform
def test_terraform_fmt_changes_nothing(ejected: dict[str, Path]) -> None:
    (folder,) = {path.parent for path in ejected.values()}
    done = subprocess.run(
        [binary(os.environ), "fmt", "-check", "-diff", "-recursive", str(folder)],
        env=terraform_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == ""
    assert done.returncode == 0, done.stderr


def test_the_bindings_tell_blocks_of_every_type(
    made: tuple[Output, list[Origin]], output: Output
) -> None:
    _, origins = made
    types = {each.type for each in origins}
    assert {type_ for name in output.names for type_, _, _ in output.stack(name)} <= types
    of_provider = [each for each in origins if each.type != "terraform_remote_state"]
    assert len({each.type for each in of_provider}) > 90
    assert {
        each.type for each in of_provider if blocks_of(each.source, each.generated) is None
    } == set()


def test_a_file_is_named_by_its_module_and_says_what_the_module_says(
    ejected: dict[str, Path],
) -> None:
    network = ejected["full-network"]
    vpc = (network / "vpc.tf").read_text()
    assert vpc.startswith("# The VPC, its internet gateway and its default security group without")
    assert 'resource "aws_vpc" "vpc"' in vpc
    assert {"endpoints.tf", "flow_logs.tf", "nat.tf", "routes.tf", "subnets.tf"} <= {
        each.name for each in network.iterdir()
    }
    platform = ejected["full-platform"]
    cert_manager = (platform / "cert_manager.tf").read_text()
    assert [name for _, _, name in _ADDRESS.findall(cert_manager)] == [
        "cert_manager_role",
        "cert_manager_role_dns01",
        "cert_manager_role_dns01_attachment",
        "cert_manager_role_association",
        "cert_manager",
        "cert_manager_resources",
    ]
    assert not re.search(r"^#.*\([A-L]\d+", "".join(map(Path.read_text, network.iterdir())))


def test_what_is_repeated_is_a_local(ejected: dict[str, Path]) -> None:
    text = (ejected["full-platform"] / "locals.tf").read_text()
    assert re.search(r'custom_resources_chart = "\./assets/custom_resources_chart/\w+"', text)
    release = (ejected["full-platform"] / "cert_manager.tf").read_text()
    assert "= local.custom_resources_chart" in release


def test_the_same_files_come_out_again(
    made: tuple[Output, list[Origin]], ejected: dict[str, Path]
) -> None:
    output, origins = made
    for file, text in hcl_files(output.stack("full-platform").json, origins).items():
        assert (ejected["full-platform"] / file).read_text() == text
