"""What a new environment needs to know, and whether an answer is right."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from config.problem import Path as Keys
from config.reading.report import render
from config.reading.written import Located, Position
from config.reading.yaml_file import parse
from rules.validate import SPEC, validate

FLAGS: Final[dict[str, str]] = {
    "name": "NAME",
    "account": "--account",
    "region": "--region",
    "admins": "--admin",
    "network.availability_zones": "--zones",
    "edge.hosted_zone.name": "--hosted-zone-name",
    "edge.hosted_zone": "--hosted-zone",
    "edge.domain_names": "--domain",
}
"""The argument that gives a setting its value."""


@dataclass(frozen=True)
class Answers:
    """The answers.

    Attributes:
        name: of the environment.
        use_case: name of the example.
        account: id of the AWS account.
        region: code of the region.
        admins: ARNs of IAM roles and users.
        zones: letters; empty for as many as the use case has.
        domain: a domain name of the load balancer; empty for none.
        hosted_zone: id of the Route 53 zone of the domain; empty for none.
        hosted_zone_name: its name; empty for the domain.
    """

    name: str = ""
    use_case: str = ""
    account: str = ""
    region: str = ""
    admins: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    domain: str = ""
    hosted_zone: str = ""
    hosted_zone_name: str = ""


def problems(text: str, file: Path) -> list[Located]:
    """What is wrong in the text of an environment.

    Args:
        file: the file that it is for.
    """
    document = parse(file, text, SPEC)
    found = [*document.problems]
    if document.written is not None:
        found += validate(document.written).problems
    return found


def explained(found: list[Located]) -> Iterator[str]:
    """A line for each problem; what an argument has caused begins with the argument."""
    for each in found:
        flag = flag_of(each.problem.path)
        yield render(Located(Position(Path(flag)), each.problem) if flag else each)


def flag_of(path: Keys) -> str:
    """The argument that gives a setting its value; empty for none."""
    dotted = ".".join(map(str, path))
    for setting, flag in FLAGS.items():
        if dotted == setting or dotted.startswith(f"{setting}."):
            return flag
    return ""
