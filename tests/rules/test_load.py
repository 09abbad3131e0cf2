"""What is loaded: names, paths, discovery and the names that files must have."""

import os
from pathlib import Path

import pytest

from config.derived import fleet
from rules.load import EXAMPLES, ConfigError, defaults, environments, load, load_with_warnings
from support.environment_files import Project


def write_environments(project: Project, *names: str) -> Path:
    for name in names:
        project.write(f"envs/{name}.yaml", f"extends: ../good.yaml\nname: {name}\n")
    return project.folder / "envs"


def test_a_folder_stands_for_all_its_environments() -> None:
    names = {file.stem for file in EXAMPLES.iterdir()}
    regions = {"two-regions-euw1", "two-regions-euc1"}
    # base is no environment itself, because it has no name, and two-regions is two.
    assert {environment.name for environment in load([EXAMPLES])} == (
        names - {"base", "two-regions"} | regions
    )


def test_no_two_examples_have_overlapping_addresses() -> None:
    assert {each.warnings_between for each in load_with_warnings([EXAMPLES])} == {()}


def test_addresses_of_two_environments_that_overlap_are_warned_of(project: Project) -> None:
    project.write("envs/dev.yaml", "extends: ../good.yaml\nname: dev\n")
    project.write(
        "envs/prod.yaml", "extends: ../good.yaml\nname: prod\nnetwork:\n  cidr: 10.0.128.0/17\n"
    )
    project.write(
        "envs/test.yaml", "extends: ../good.yaml\nname: test\nnetwork: {cidr: 10.9.0.0/16}\n"
    )

    dev, prod, test = load_with_warnings(["envs/"])

    assert not test.warnings
    [of_dev], [of_prod] = dev.warnings, prod.warnings
    assert of_dev.problem.message.startswith("overlaps 10.0.128.0/17 of envs/prod.yaml")
    assert (of_prod.position.line, of_prod.problem.value) == (4, "10.0.128.0/17")
    assert not [*dev.annotations, *prod.annotations]


def test_pods_of_two_environments_may_have_one_block_where_no_peering_is_wanted(
    project: Project,
) -> None:
    pods = "pods: {secondary_cidr: 100.64.0.0/16}"
    for name, cidr in (("dev", "10.1.0.0/16"), ("prod", "10.2.0.0/16")):
        network = f"network: {{cidr: {cidr}, {pods}}}"
        project.write(f"envs/{name}.yaml", f"extends: ../good.yaml\nname: {name}\n{network}\n")

    for loaded, other in zip(load_with_warnings(["envs/"]), ("prod", "dev"), strict=True):
        [warning] = loaded.warnings
        assert warning.problem.path == ("network", "pods", "secondary_cidr")
        assert warning.problem.message == (
            f"overlaps 100.64.0.0/16 of envs/{other}.yaml: their VPCs can never be connected by "
            "peering"
        )


def test_two_examples_are_the_default_without_user_environments(tmp_path: Path) -> None:
    assert (
        defaults(tmp_path)
        == defaults(tmp_path / "none")
        == [EXAMPLES / "dev.yaml", EXAMPLES / "prod.yaml"]
    )
    (tmp_path / "mine.yaml").write_text("name: mine\n")
    assert [file.name for file in defaults(tmp_path)] == ["mine.yaml"]


def test_a_user_environment_precedes_an_example_of_the_same_name(project: Project) -> None:
    folder = write_environments(project, "dev")
    assert load(["dev"], [folder, EXAMPLES])[0].account == "123456789012"
    assert load(["prod"], [folder, EXAMPLES])[0].name == "prod"


def test_a_name_and_the_path_of_its_file_are_the_same() -> None:
    file = EXAMPLES / "dev.yaml"

    assert (
        load(["dev"], [EXAMPLES])
        == load([file])
        == load([str(file)])
        == load(["dev", file], [EXAMPLES])
    )


def test_environments_are_in_the_requested_order(project: Project) -> None:
    folder = write_environments(project, "a1", "b1", "c1")

    assert [e.name for e in load(["c1", "a1", "c1"], [folder])] == ["c1", "a1"]


def test_no_name_means_all(project: Project) -> None:
    folder = write_environments(project, "b1", "a1")

    assert [e.name for e in load([], [folder])] == ["a1", "b1"]


def test_an_unknown_name_is_refused_with_the_existing_names(project: Project) -> None:
    folder = write_environments(project, "dev", "prod")

    with pytest.raises(ConfigError) as caught:
        load(["pord", "x", "dev"], [folder])

    assert str(caught.value).splitlines() == [
        'envs: has no environment of this name ("pord"); allowed dev, prod; did you mean prod?',
        'envs: has no environment of this name ("x"); allowed dev, prod',
    ]


def test_a_word_is_a_name_even_where_a_file_is_called_so(project: Project) -> None:
    project.write("dev", "name: other")
    folder = write_environments(project, "dev")

    assert load(["dev"], [folder])[0].name == "dev"


def test_a_file_without_a_name_that_another_extends_is_no_environment(project: Project) -> None:
    folder = write_environments(project, "dev", "prod")
    project.write("envs/base.yaml", "tags: {a: b}")
    project.write("envs/dev.yaml", "extends: middle.yaml\nname: dev\n")
    project.write("envs/middle.yaml", "extends: base.yaml\n")

    assert [file.name for file in environments(folder)] == ["dev.yaml", "prod.yaml"]


def test_a_file_without_a_name_that_no_file_extends_is_refused(project: Project) -> None:
    folder = write_environments(project, "dev")
    project.write("envs/lost.yaml", "extends: ../good.yaml\n")

    with pytest.raises(ConfigError, match=r"^envs/lost\.yaml:1:1: name: is required;.*$"):
        load([folder])


@pytest.mark.parametrize("broken", ["name: 'dev\n", "name: dev\nextends: basse.yaml\n"])
def test_a_broken_file_does_not_make_an_environment_of_its_base(
    project: Project, broken: str
) -> None:
    folder = write_environments(project, "prod")
    project.write("envs/dev.yaml", broken)
    project.write("envs/base.yaml", "tags: {a: b}\n")

    with pytest.raises(ConfigError) as caught:
        load([folder])

    (line,) = str(caught.value).splitlines()
    assert line.startswith("envs/dev.yaml:")


def test_problems_of_several_files_come_together_in_order(project: Project) -> None:
    project.write("b.yaml", "extends: good.yaml\nname: bb\nregion: nowhere\n")
    project.write("a.yaml", "extends: good.yaml\nname: [x]\n")

    places = [line.split(": ")[:2] for line in project.errors("b.yaml", "a.yaml")]

    assert places == [["a.yaml:2:7", "name"], ["b.yaml:2:7", "name"], ["b.yaml:3:9", "region"]]


def test_a_folder_without_environments(project: Project) -> None:
    (project.folder / "envs").mkdir()

    with pytest.raises(ConfigError) as caught:
        load([Path("envs")])
    assert str(caught.value) == "envs: has no environment: no .yaml file with a name"


def test_a_file_with_the_other_ending_is_not_overlooked(project: Project) -> None:
    folder = write_environments(project, "dev")
    project.write("envs/prod.yml", "name: prod")

    with pytest.raises(ConfigError) as caught:
        environments(folder)

    assert str(caught.value) == "envs/prod.yml: is not read: environment files end in .yaml"


def test_files_outside_the_working_directory_have_their_whole_path(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "dev.yaml"
    elsewhere.write_text("name: [dev]")

    assert project.errors(str(elsewhere))[0].startswith(f"{elsewhere}:1:1: account: is required")


def test_an_error_keeps_its_problems_for_programs(project: Project) -> None:
    project.write("dev.yaml", "extends: good.yaml\nname: dev\nnat: single\n")

    with pytest.raises(ConfigError) as caught:
        load(["dev.yaml"])

    (located,) = caught.value.problems
    assert (located.position.line, located.position.column) == (3, 1)
    assert located.problem.path == ("nat",)
    assert located.problem.suggestion == "network.nat"


TWO_REGIONS = """\
extends: good.yaml
name: shop
tags: {service: shop}
regions:
  eu-west-1: {code: euw1}
  eu-central-1:
    code: euc1
    settings:
      network: {cidr: 10.1.0.0/16}
      tags: {standby: "yes"}
"""


def test_a_file_with_regions_is_an_environment_for_each(project: Project) -> None:
    project.write("shop.yaml", TWO_REGIONS)

    west, central = load(["shop.yaml"])

    assert (west.name, west.region) == ("shop-euw1", "eu-west-1")
    assert (central.name, central.region) == ("shop-euc1", "eu-central-1")
    assert [str(each.network.cidr) for each in (west, central)] == ["10.0.0.0/16", "10.1.0.0/16"]
    assert west.tags == {"service": "shop"}
    assert central.tags == {"service": "shop", "standby": "yes"}
    assert west.siblings == central.siblings == (west, central)


def test_one_region_is_loaded_by_the_name_of_its_environment(project: Project) -> None:
    project.write("shop.yaml", TWO_REGIONS)

    [central] = load(["shop-euc1"], [project.folder])

    assert central.region == "eu-central-1"
    assert [each.name for each in central.siblings] == ["shop-euw1", "shop-euc1"]


def test_a_region_keeps_the_name_of_an_environment_that_exists(project: Project) -> None:
    project.write("shop.yaml", TWO_REGIONS.replace("{code: euw1}", "{code: euw1, name: prod}"))

    assert [each.name for each in load(["shop.yaml"])] == ["prod", "shop-euc1"]


HUB = "extends: good.yaml\nname: hub\nfleet: {spokes: [one, two]}\n"
SPOKE = "extends: good.yaml\nname: NAME\nnetwork: {cidr: 10.N.0.0/16}\nfleet: {hub: hub}\n"


def test_a_fleet_is_known_from_the_files_that_it_names(project: Project) -> None:
    project.write("hub.yaml", HUB)
    for number, name in enumerate(("one", "two"), 1):
        project.write(f"{name}.yaml", SPOKE.replace("NAME", name).replace("N", str(number)))

    [hub] = load(["hub.yaml"])
    [spoke] = load(["one.yaml"])

    assert [each.name for each in fleet.spokes(hub)] == ["one", "two"]
    assert fleet.hub_of_spoke(hub) is None
    found = fleet.hub_of_spoke(spoke)
    assert found is not None
    assert (found.name, fleet.spokes(spoke)) == ("hub", ())


def test_two_platforms_may_be_in_the_same_regions(project: Project) -> None:
    example = os.path.relpath(EXAMPLES / "two-regions.yaml", project.folder / "envs")
    for name in ("shop", "pay"):
        project.write(
            f"envs/{name}.yaml",
            f"extends: {example}\n"
            f"name: {name}\nedge: {{domain_names: [{name}.shop.example.com]}}\n"
            "registry: {repositories: null}\nreplication: {images: null, secrets: null}\n",
        )
    loaded = load([project.folder / "envs"])
    assert [each.name for each in loaded] == ["pay-euw1", "pay-euc1", "shop-euw1", "shop-euc1"]
    assert {len(each.siblings) for each in loaded} == {2}
