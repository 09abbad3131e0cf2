"""docs/drills.md: its commands exist, and do on the local AWS what the page says (K2)."""

import json
import re
from pathlib import Path

from rules.load import EXAMPLES, load
from stacks.app import FLEET, NAMES, ROUTING, STACKS
from support.aws_commands import Shell, lines, parsed, section
from support.machines import machine
from support.regions import PLATFORM, WEST
from tools.emulator import LocalAws

PAGE = "drills.md"
FILES = {"spot.json": str(re.findall(r"```json\n(.*?)```", section(PAGE), re.DOTALL)[0])}


def test_every_command_of_the_aws_cli_is_one_of_its_calls() -> None:
    commands = [line for line in lines(section(PAGE)) if re.match(r"(\w+=\$\()?aws ", line)]
    assert len(commands) > 10
    known: set[str] = set()
    for line in commands:
        command = parsed(line, FILES)
        used = set(re.findall(r"\$(\w+)", line))
        assert used <= known, f"{line}: {used - known} is not set before"
        known.add(command.variable)


def test_every_make_command_has_a_target_and_the_example_what_the_drills_need() -> None:
    makefile = (Path(__file__).parents[1] / "Makefile").read_text()
    environments = load([EXAMPLES / f"{PLATFORM}.yaml"])
    names = {PLATFORM, *(each.name for each in environments)}
    assert {(each.edge.zonal_shift, each.cluster.zonal_shift) for each in environments} == {
        (True, True)
    }
    codes = {each.regions[each.region].code for each in environments}
    commands = re.findall(r"make (\w+) ENV=([\w-]+)(.*)", "\n".join(lines(section(PAGE))))
    assert len(commands) > 8
    for target, environment, rest in commands:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
        assert environment in names
        given = dict(re.findall(r"(\w+)=(\S+)", rest))
        assert given.get("STACK", STACKS[0]) in {*STACKS, NAMES, ROUTING, FLEET}
        assert given.get("TO", "euw1") in codes


def test_a_node_is_terminated_and_a_spot_interruption_begins(aws: LocalAws) -> None:
    ec2, fis = aws.client("ec2", "eu-west-1"), aws.client("fis", "eu-west-1")
    other, node = (
        machine(aws, region="eu-west-1", **{"aws:eks:cluster-name": cluster})
        for cluster in ("another", WEST)
    )
    shell = Shell(aws, FILES)
    for line in lines(section(PAGE, "A node is lost")):
        shell.run(line)
        if "start-experiment" in line:
            [experiment] = fis.list_experiments()["experiments"]
            assert experiment["experimentTemplateId"] == shell.variables["template"]
    reservations = ec2.describe_instances()["Reservations"]
    instances = [each for one in reservations for each in one["Instances"]]
    states = {each["InstanceId"]: each["State"]["Name"] for each in instances}
    assert (states[node], states[other]) == ("terminated", "running")
    assert fis.list_experiment_templates()["experimentTemplates"] == []


def test_the_session_policy_of_a_lost_region_denies_that_region_only() -> None:
    line = lines(section(PAGE, "The region of a state bucket is gone"))[0]
    allow, deny = json.loads(parsed(line, {}).parameters["Policy"])["Statement"]
    assert "Condition" not in allow
    assert deny["Condition"] == {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
