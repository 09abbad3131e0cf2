import os
from pathlib import Path

import pytest

from runner.errors import RunnerError
from tools.provider_mirror import Mirror, cli_config, find_mirrors, go_platform, mirror_environment

AWS = "registry.terraform.io/hashicorp/aws"
HELM = "registry.terraform.io/hashicorp/helm"
HELM_OF_OPENTOFU = "registry.opentofu.org/hashicorp/helm"


def unpacked(folder: Path, provider: str = AWS, platform: str | None = None) -> Path:
    (folder / provider / "5.100.0" / (platform or go_platform())).mkdir(parents=True)
    return folder


def packed(folder: Path, provider: str = HELM) -> Path:
    name = f"terraform-provider-helm_3.1.1_{go_platform()}.zip"
    (folder / provider).mkdir(parents=True)
    (folder / provider / name).touch()
    return folder


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    return {"XDG_CACHE_HOME": str(tmp_path / "cache")}


def test_finds_a_mirror_by_looking(tmp_path: Path) -> None:
    folder = unpacked(tmp_path / "root" / "some" / "place")
    assert find_mirrors({}, (str(tmp_path / "root"),)) == (Mirror(folder, (AWS,)),)


def test_reads_packed_and_unpacked_providers(tmp_path: Path) -> None:
    folder = packed(unpacked(tmp_path / "mirror"))
    assert find_mirrors({}, (str(tmp_path),)) == (Mirror(folder, (AWS, HELM)),)


def test_leaves_out_providers_for_other_platforms(tmp_path: Path) -> None:
    unpacked(tmp_path / "mirror", platform="plan9_mips")
    assert find_mirrors({}, (str(tmp_path),)) == ()


def test_does_not_look_deeper_than_usual(tmp_path: Path) -> None:
    unpacked(tmp_path / "1" / "2" / "3" / "4")
    assert find_mirrors({}, (str(tmp_path),)) == ()


def test_a_root_that_does_not_exist_is_no_error(tmp_path: Path) -> None:
    assert find_mirrors({}, (str(tmp_path / "missing"),)) == ()


def test_the_variable_names_mirrors_and_ends_the_search(tmp_path: Path) -> None:
    first, second = unpacked(tmp_path / "a"), packed(tmp_path / "b")
    unpacked(tmp_path / "root" / "c")
    environ = {"TF_PROVIDER_MIRROR": f"{first}{os.pathsep}{second}"}
    found = find_mirrors(environ, (str(tmp_path / "root"),))
    assert found == (Mirror(first, (AWS,)), Mirror(second, (HELM,)))


def test_a_variable_that_names_no_mirror_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunnerError, match=f"TF_PROVIDER_MIRROR is {tmp_path}, which holds no"):
        find_mirrors({"TF_PROVIDER_MIRROR": str(tmp_path)})


def test_the_config_takes_from_the_mirror_what_it_has_and_all_else_from_the_registry() -> None:
    mirrors = (Mirror(Path("/a"), (AWS,)), Mirror(Path("/b c"), (AWS, HELM)))
    assert cli_config(mirrors) == (
        "provider_installation {\n"
        "  filesystem_mirror {\n"
        '    path    = "/a"\n'
        f'    include = ["{AWS}"]\n'
        "  }\n"
        "  filesystem_mirror {\n"
        '    path    = "/b c"\n'
        f'    include = ["{AWS}", "{HELM}"]\n'
        "  }\n"
        "  direct {\n"
        f'    exclude = ["{AWS}", "{HELM}"]\n'
        "  }\n"
        "}\n"
    )


def test_without_a_mirror_nothing_changes(environ: dict[str, str]) -> None:
    assert mirror_environment(environ, ()) == {}


def test_writes_the_config_once(tmp_path: Path, environ: dict[str, str]) -> None:
    roots = (str(unpacked(tmp_path / "root" / "mirror").parent),)
    added = mirror_environment(environ, roots)
    path = Path(added["TF_CLI_CONFIG_FILE"])
    text = path.read_text()
    assert cli_config(find_mirrors({}, roots)).split("  direct {")[0] in text
    written = path.stat().st_mtime_ns
    assert mirror_environment(environ, roots) == added
    assert path.stat().st_mtime_ns == written
    assert {entry.name for entry in path.parent.iterdir()} == {path.name, "tofu"}


@pytest.mark.parametrize("where", ["variable", "home"])
def test_a_users_config_is_not_changed(where: str, tmp_path: Path, environ: dict[str, str]) -> None:
    roots = (str(unpacked(tmp_path / "root" / "mirror").parent),)
    own = tmp_path / "own.rc" if where == "variable" else tmp_path / "home" / ".terraformrc"
    own.touch()
    if where == "variable":
        environ["TF_CLI_CONFIG_FILE"] = str(own)
    assert mirror_environment(environ, roots) == {}


def test_a_config_variable_without_a_file_is_ignored(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    roots = (str(unpacked(tmp_path / "root" / "mirror").parent),)
    environ["TF_CLI_CONFIG_FILE"] = str(tmp_path / "missing.rc")
    assert Path(mirror_environment(environ, roots)["TF_CLI_CONFIG_FILE"]).is_file()


def test_a_mirror_that_the_user_names_comes_before_the_users_config(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    (tmp_path / "home" / ".terraformrc").touch()
    environ["TF_PROVIDER_MIRROR"] = str(unpacked(tmp_path / "mirror"))
    assert (
        str(tmp_path / "mirror")
        in Path(mirror_environment(environ, ())["TF_CLI_CONFIG_FILE"]).read_text()
    )


def test_opentofu_finds_what_a_mirror_has_for_terraform(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    folder = packed(unpacked(tmp_path / "root" / "mirror"))
    text = Path(
        mirror_environment(environ, (str(folder.parent),))["TF_CLI_CONFIG_FILE"]
    ).read_text()
    links = tmp_path / "cache" / "eks-platform" / "tofu"
    assert f'path    = "{links}"\n    include = ["registry.opentofu.org/hashicorp/aws", ' in text
    place = Path("hashicorp", "aws", "5.100.0", go_platform())
    assert (links / "registry.opentofu.org" / place).readlink() == (
        folder / "registry.terraform.io" / place
    )
    assert Mirror(links, ("registry.opentofu.org/hashicorp/aws", HELM_OF_OPENTOFU)) in find_mirrors(
        {}, (str(links),)
    )


def test_a_mirror_of_opentofu_is_left_as_it_is(tmp_path: Path, environ: dict[str, str]) -> None:
    folder = unpacked(unpacked(tmp_path / "root" / "mirror"), "registry.opentofu.org/hashicorp/aws")
    mirror_environment(environ, (str(folder.parent),))
    assert not (tmp_path / "cache" / "eks-platform" / "tofu").exists()
