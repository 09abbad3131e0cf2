"""Where the control plane's programs come from, and what is said where they cannot be had."""

from pathlib import Path

import pytest

from tools.kubernetes import ProgramsMissingError, build, programs


@pytest.fixture(autouse=True)
def _nothing_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("OWN", "INSTALLED"):
        monkeypatch.setattr(build, name, str(tmp_path / "nowhere"))


def _executable(path: Path, text: str = "#!/bin/sh\n") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def test_without_go_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProgramsMissingError, match=r"no `go` on the PATH.* Install Go 1\.\d+ or"):
        programs.find({})


def test_a_build_that_fails_shows_what_go_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _executable(tmp_path / "bin" / "go", "#!/bin/sh\necho 'no space left' >&2\nexit 1\n")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(ProgramsMissingError, match="no space left"):
        programs.find({})


def test_a_build_is_kept_for_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script = """#!/bin/sh
while [ "$1" != -o ]; do shift; done
echo k8s.io/api/core/v1 >&2
/bin/mkdir -p "$2"; : > "$2/control-plane"; : > "$2/helm"
"""
    _executable(tmp_path / "bin" / "go", script)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    found = programs.find({})
    assert "Building Kubernetes" in capsys.readouterr().err
    (tmp_path / "bin" / "go").unlink()
    assert programs.find({}) == found
    assert capsys.readouterr().err == ""


def test_programs_of_the_users_own_take_the_place_of_built_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("etcd", "kube-apiserver", "kubectl"):
        _executable(tmp_path / "assets" / name)
    monkeypatch.setattr(programs, "built", lambda: Path("/built"))
    found = programs.find({programs.ASSETS: str(tmp_path / "assets")})
    assert found.command("etcd", "--version") == [str(tmp_path / "assets" / "etcd"), "--version"]
    assert found.command("kube-scheduler") == ["/built/control-plane", "kube-scheduler"]
    assert found.command("helm") == ["/built/helm"]


def test_a_folder_without_an_api_server_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProgramsMissingError, match="has no etcd and kube-apiserver"):
        programs.find({programs.ASSETS: str(tmp_path)})


def test_all_modules_of_kubernetes_are_of_one_version() -> None:
    lines = (build.SOURCES / "go.mod").read_text().splitlines()
    staging = build.kubernetes_version().replace("1.", "v0.", 1)
    replaced = [line.split() for line in lines if " => " in line]
    assert replaced
    assert {version for *_, version in replaced} == {staging}
