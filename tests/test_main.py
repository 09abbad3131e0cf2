"""`python main.py` with wrong input: exit code 2, all problems, and the output as it was."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rules.load import named_by
from support.environment_files import Project

MAIN = Path(__file__).parents[1] / "main.py"


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {str(file): (file.read_bytes(), file.stat().st_mtime_ns) for file in files}


def run(project: Project, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    mine = {key: value for key, value in os.environ.items() if key not in {"CDKTF_OUTDIR", "ENV"}}
    return subprocess.run(
        [sys.executable, str(MAIN), *arguments],
        cwd=project.folder,
        env=mine | environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def write_previous_output(project: Project) -> dict[str, tuple[bytes, int]]:
    project.write("cdktf.out/manifest.json", "{}")
    project.write("cdktf.out/stacks/dev-network/cdk.tf.json", '{"previous": true}')
    return snapshot(project.folder)


@pytest.mark.parametrize(
    ("argument", "error"),
    [
        (
            "dev.yaml",
            'dev.yaml:4:8: network.nat: is not one of the choices ("singel"); '
            "allowed per_az, single, regional, none; did you mean single?\n",
        ),
        ("nowhere/dev.yaml", "nowhere/dev.yaml: does not exist\n"),
    ],
)
def test_wrong_input_leaves_the_previous_output_untouched(
    project: Project, argument: str, error: str
) -> None:
    project.write("dev.yaml", "extends: good.yaml\nname: dev\nnetwork:\n  nat: singel\n")
    before = write_previous_output(project)

    done = run(project, argument)

    assert (done.returncode, done.stdout, done.stderr) == (2, "", error)
    assert snapshot(project.folder) == before


def test_discouraged_settings_are_synthesized_with_a_warning(project: Project) -> None:
    project.write(
        "dev.yaml",
        "extends: good.yaml\nname: dev\n"
        "cluster:\n  access:\n    - principal: arn:aws:iam::123456789012:role/developers\n"
        "      groups: [platform-wiew]\n",
    )

    done = run(project, "dev.yaml")

    message = "has no role by these settings; did you mean platform-view?"
    assert (done.returncode, done.stderr) == (
        0,
        f'warning: dev.yaml:6:16: cluster.access[0].groups[0]: {message} ("platform-wiew")\n',
    )
    manifest = json.loads((project.folder / "cdktf.out" / "manifest.json").read_text())
    [note] = manifest["stacks"]["dev-platform"]["annotations"]
    assert note["message"] == f"dev: cluster.access.0.groups.0: platform-wiew: {message}"


def test_what_exceeds_a_limit_of_aws_is_wrong_input_too(project: Project) -> None:
    for net, name in enumerate(("many", "more")):
        clusters = "".join(
            f"""
      cluster{number}:
        server: https://{number:032X}.gr7.eu-west-1.eks.amazonaws.com
        cluster_name: cluster{number}
        certificate_authority: {"QUJD" * 20}
        role_arn: arn:aws:iam::123456789012:role/{"a" * 50}-{number}"""
            for number in range(80)
        )
        project.write(
            f"{name}.yaml",
            f"extends: good.yaml\nname: {name}\nnetwork: {{cidr: 10.{net}.0.0/16}}\n"
            "cluster:\n  system_nodes: {desired_size: 6, max_size: 6}"
            f"\nplatform:\n  argo_cd:\n    clusters:{clusters}\n",
        )
    before = write_previous_output(project)

    done = run(project, "many.yaml", "more.yaml")

    lines = done.stderr.splitlines()
    assert (done.returncode, len(lines)) == (2, 2)
    for name, line in zip(("many", "more"), lines, strict=True):
        assert line.startswith(f"{name}: policy {name}-argocd-application-controller-clusters has ")
        assert "characters, AWS allows 6144: spread its statements" in line
    assert snapshot(project.folder) == before


@pytest.mark.parametrize("reason", ["a file is in its place", "it is below a file"])
def test_an_output_folder_that_cannot_be_made_is_named(project: Project, reason: str) -> None:
    project.write("dev.yaml", "extends: good.yaml\nname: dev\n")
    file = project.write("taken", "")
    folder = file if reason.startswith("a file") else file / "cdktf.out"

    done = run(project, "dev.yaml", CDKTF_OUTDIR=str(folder))

    assert done.returncode == 1
    assert done.stderr.startswith(f"{folder}: cannot be written: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_missing_node_is_named(project: Project, tmp_path: Path) -> None:
    project.write("dev.yaml", "extends: good.yaml\nname: dev\n")
    for tool in ("sh", "env"):
        found = shutil.which(tool)
        assert found
        (tmp_path / tool).symlink_to(found)

    done = run(project, "dev.yaml", PATH=str(tmp_path))

    message = (
        "Node.js is not on the PATH: no program `node`. CDKTF needs it, version 20 or newer.\n"
    )
    assert (done.returncode, done.stderr) == (1, message)


@pytest.mark.parametrize(
    "start_up_file", ["~/.shrc", "/etc/shinit", "$HOME/.kshrc", "${XDG_CONFIG_HOME:-$HOME}/sh/rc"]
)
def test_env_is_ignored_if_it_names_a_shell_startup_file(start_up_file: str) -> None:
    assert named_by(start_up_file) == []


def test_the_variable_names_environments_and_files() -> None:
    names = ["dev", "../other/prod.yaml"]
    assert named_by(" ".join(names)) == names
