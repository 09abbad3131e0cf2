"""Fluent Bit's configuration, as far as it can be checked without Fluent Bit."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import yaml

from modules.addons.fluent_bit.chart import FILE
from support.addon_environments import MINORS, VARIANTS, releases

KNOWN: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("fluent_bit_settings.yaml").read_text()
)
RELEASES = ("fluent-bit", "fluent-bit-events")
ENVIRONMENTS = [name for name in VARIANTS if "fluent-bit" in releases(name, MINORS[-1])]
each_environment = pytest.mark.parametrize("name", ENVIRONMENTS)
each_release = pytest.mark.parametrize("release", RELEASES)


def _values(name: str, release: str = "fluent-bit") -> dict[str, Any]:
    return releases(name, MINORS[-1])[release].values


def _configuration(name: str, release: str = "fluent-bit") -> dict[str, Any]:
    return yaml.safe_load(_values(name, release)["config"]["extraFiles"][FILE])


def _unknown(configuration: dict[str, Any]) -> Iterator[str]:
    for key in set(configuration["service"]) - set(KNOWN["service"]["settings"]):
        yield f"service: {key}"
    for kind, plugins in configuration["pipeline"].items():
        for plugin in plugins:
            of_plugin = KNOWN[kind][plugin["name"]]["settings"]
            for key in set(plugin) - {*KNOWN[kind]["common"]["settings"], *of_plugin}:
                yield f"{kind}: {plugin['name']}: {key}"


def test_every_destination_is_checked() -> None:
    plugins = {
        plugin["name"]
        for name in ENVIRONMENTS
        for release in RELEASES
        for plugin in _configuration(name, release)["pipeline"]["outputs"]
    }
    assert plugins == {"cloudwatch_logs", "es", "opensearch"}


@each_release
@each_environment
def test_every_setting_is_one_of_the_manual(name: str, release: str) -> None:
    assert list(_unknown(_configuration(name, release))) == []


def test_a_setting_that_the_manual_lacks_is_found() -> None:
    wrong = _configuration("prod")
    wrong["pipeline"]["outputs"][0]["retry_limits"] = 3
    assert list(_unknown(wrong)) == ["outputs: es: retry_limits"]


@each_release
@each_environment
def test_values_are_single_and_plain(name: str, release: str) -> None:
    configuration = _configuration(name, release)
    pipeline = configuration["pipeline"].values()
    sections = [configuration["service"], *(plugin for plugins in pipeline for plugin in plugins)]
    assert all(type(value) in {str, int, bool} for each in sections for value in each.values())


@each_release
@each_environment
def test_every_log_line_matches_one_output(name: str, release: str) -> None:
    pipeline = _configuration(name, release)["pipeline"]
    for plugin in pipeline["inputs"]:
        tag = plugin["tag"].replace("*", "var.log.containers.shop-1_shop_web-0.log")
        out = [each for each in pipeline["outputs"] if fnmatchcase(tag, each["match"])]
        assert len(out) == 1, tag
    assert {each["match"] for each in pipeline["filters"]} <= {"*", "events", "host.*", "kube.*"}


@each_environment
def test_it_writes_to_the_nodes_disk_and_reads_mounted_files(name: str) -> None:
    values, configuration = _values(name), _configuration(name)
    mounts = {each["mountPath"]: each["readOnly"] for each in values["daemonSetVolumeMounts"]}
    pipeline = configuration["pipeline"]
    written = [configuration["service"]["storage.path"], *(i["db"] for i in pipeline["inputs"])]
    read = [path for each in pipeline["inputs"] for path in [each["path"]]]
    read += [each["tls.ca_file"] for each in pipeline["outputs"] if "tls.ca_file" in each]
    for path in [*written, *read]:
        [mount] = [mount for mount in mounts if path.startswith(f"{mount}/")]
        assert mounts[mount] is (path in read), path
    assert len(set(written)) == len(written)
    volumes = {each["name"]: each for each in values["daemonSetVolumes"]}
    assert {each["name"] for each in values["daemonSetVolumeMounts"]} == set(volumes)


@each_release
@each_environment
def test_every_variable_is_set(name: str, release: str) -> None:
    values = _values(name, release)
    used = set(re.findall(r"\$\{(\w+)\}", values["config"]["extraFiles"][FILE]))
    assert used == {each["name"] for each in values["env"]}


@each_release
@each_environment
def test_it_starts_with_this_configuration(name: str, release: str) -> None:
    values = _values(name, release)
    assert f"--config=/fluent-bit/etc/conf/{FILE}" in values["args"]
    assert not any(values["config"][key] for key in values["config"] if key != "extraFiles")
