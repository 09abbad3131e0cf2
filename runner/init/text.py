"""The text of a new environment's file."""

import re
from collections.abc import Mapping
from typing import Any, Final

import yaml

from config.problem import Path as Keys
from config.types.zones import zones_of
from runner.init.answers import Answers
from runner.init.use_cases import UseCase

WIDTH: Final = 96
"""Columns of a line."""

_EXAMPLE_ACCOUNT: Final = "123456789012"
_EXAMPLE_REGION: Final = "eu-west-1"
_EXAMPLE_COPIES: Final = "eu-central-1"
"""Where copies of the state, and of backups, are in an example."""

_ENV: Final = re.compile(r"\bENV=[\w-]+")
_SECOND_OCTET: Final = re.compile(r"\b10\.(\d{1,3})\.")
_LAST_OF_THREE: Final = "c"
_FOR_SIX_ZONES: Final = 19
"""Prefix length of the pod subnets where a letter is after the third: blocks are by letter."""

_MADE_UP: Final = re.compile(
    r"example|210987654321|0123456789|0a1b2c|arn:aws[\w-]*:(?!iam::aws:)|-a1B2c3|-d4E5f6"
)
"""What an example names and no account has."""

FIRST_KEYS: Final = ("name", "account", "region", "admins")
"""What every file begins with."""

_HEADINGS: Final[dict[Keys, tuple[str, ...]]] = {
    ("account",): ("Terraform refuses credentials of another account.",),
    ("admins",): ("They administer keys, state and cluster, independent of who runs Terraform.",),
}


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def text(answers: Answers, use_case: UseCase, taken: str = "") -> str:
    """The file of an environment.

    Args:
        taken: the text of the user's other environments, whose address blocks are avoided.
    """
    found = settings(answers, use_case, taken)
    comments = {
        path: tuple(_ENV.sub(f"ENV={answers.name}", line) for line in lines)
        for path, lines in {**use_case.comments, **_HEADINGS}.items()
    }
    head = [
        "# yaml-language-server: $schema=../config/schema.json",
        f"# From the example {use_case.name}: {use_case.purpose}",
        "# All settings: docs/configuration.md",
    ]
    return "\n".join([*head, *_lines(found, comments)]) + "\n"


def settings(answers: Answers, use_case: UseCase, taken: str = "") -> dict[str, Any]:
    """The settings: those of the use case with the answers in them."""
    replaced = {_EXAMPLE_ACCOUNT: answers.account, _EXAMPLE_REGION: answers.region}
    if answers.domain and use_case.domain:
        replaced[use_case.domain] = answers.domain
    if answers.region == _EXAMPLE_COPIES:
        replaced[_EXAMPLE_COPIES] = _EXAMPLE_REGION
    octets = _own_octets(use_case)
    free = _free_octets(taken, len(octets))
    replaced |= {f"10.{old}.": f"10.{new}." for old, new in zip(octets, free, strict=True)}
    given = {key: each for key, each in use_case.settings.items() if key not in FIRST_KEYS}
    found = _replaced(given, replaced)
    first: dict[str, Any] = {
        "name": answers.name,
        "account": answers.account,
        "region": answers.region,
        "admins": list(answers.admins),
    }
    found = {**first, **found}
    network = dict(found.get("network", {}))
    if not octets and "existing" not in network and _SECOND_OCTET.search(taken):
        network["cidr"] = f"10.{_free_octets(taken, 1)[0]}.0.0/16"
    if zones := _zones(answers, network):
        network["availability_zones"] = zones
        if max(zones) > _LAST_OF_THREE and "secondary_cidr" not in network.get("pods", {}):
            network["pods"] = {"prefix_length": _FOR_SIX_ZONES, **network.get("pods", {})}
    if network:
        found["network"] = network
    found["edge"] = _edge(answers, dict(found.get("edge", {})))
    return {key: value for key, value in found.items() if value not in ({}, [])}


def to_replace(text: str) -> list[str]:
    """The lines of a file that name what only an example has."""
    return [
        f"{number}: {line.strip()}"
        for number, line in enumerate(text.splitlines(), 1)
        if not line.lstrip().startswith("#") and _is_made_up(line)
    ]


def _is_made_up(line: str) -> bool:
    return bool(_MADE_UP.search(line)) and not line.lstrip().startswith("- arn:aws:iam::")


def _edge(answers: Answers, edge: dict[str, Any]) -> dict[str, Any]:
    if internal := _internal(answers, edge):
        edge["internal"] = internal
    if edge.get("enabled") is False:
        return edge
    for key in ("hosted_zone", "domain_names", "certificate_arn"):
        if answers.domain or key != "certificate_arn":
            edge.pop(key, None)
    if not answers.domain:
        return {"plain_http": True, **edge}
    edge.pop("plain_http", None)
    named: dict[str, Any] = {"domain_names": [answers.domain, f"*.{answers.domain}"]}
    if answers.hosted_zone:
        name = answers.hosted_zone_name or answers.domain
        named = {"hosted_zone": {"id": answers.hosted_zone, "name": name}, **named}
    return {**named, **edge}


def _internal(answers: Answers, edge: Mapping[str, Any]) -> dict[str, Any]:
    """The internal load balancer, with the zone of the answers where the use case names one."""
    internal = dict(edge.get("internal", {}))
    key = "hosted_zone" if edge.get("enabled") is False else "validation_zone"
    if answers.domain and key in internal:
        given = {"id": answers.hosted_zone} if answers.hosted_zone else {}
        name = answers.hosted_zone_name or answers.domain
        internal[key] = {**internal[key], **given, "name": name}
    return internal


def _zones(answers: Answers, network: Mapping[str, Any]) -> list[str]:
    """The letters to write; none where the region has those of the use case."""
    if answers.zones:
        return list(answers.zones)
    wanted = network.get("availability_zones", ["a", "b", "c"])
    zones = zones_of(answers.region)
    letters = zones.letters or zones.some
    if set(wanted) <= set(letters):
        return list(network.get("availability_zones", []))
    return list(letters[: min(len(wanted), zones.count)])


def _own_octets(use_case: UseCase) -> list[str]:
    network = yaml.safe_dump(dict(use_case.settings.get("network", {})))
    return list(dict.fromkeys(_SECOND_OCTET.findall(network)))


def _free_octets(taken: str, count: int) -> list[str]:
    used = set(_SECOND_OCTET.findall(taken))
    return [str(octet) for octet in range(256) if str(octet) not in used][:count]


def _replaced(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        pattern = "|".join(map(re.escape, words))
        return re.sub(pattern, lambda found: words[found[0]], value)
    if isinstance(value, list):
        return [_replaced(each, words) for each in value]
    if isinstance(value, dict):
        return {_replaced(key, words): _replaced(each, words) for key, each in value.items()}
    return value


def _lines(value: Mapping[str, Any], comments: Mapping[Keys, tuple[str, ...]]) -> list[str]:
    return _mapping(value, comments, ())


def _mapping(
    value: Mapping[str, Any], comments: Mapping[Keys, tuple[str, ...]], path: Keys
) -> list[str]:
    margin = "  " * len(path)
    found: list[str] = []
    for key, each in value.items():
        place = (*path, key)
        found += [f"{margin}# {line}" for line in comments.get(place, ())]
        begin = f"{margin}{_flow(key)}:"
        line = f"{begin} {_flow(each)}"
        explained = any(other[: len(place)] == place != other for other in comments)
        long = len(line) > WIDTH or not path
        if isinstance(each, dict) and each and (explained or long):
            found += [begin, *_mapping(each, comments, place)]
        elif isinstance(each, list) and each and long:
            found += [begin, *_items(each, f"{margin}  ")]
        else:
            found.append(line)
    return found


def _items(value: list[Any], margin: str) -> list[str]:
    found: list[str] = []
    for each in value:
        line = f"{margin}- {_flow(each)}"
        if isinstance(each, dict) and len(line) > WIDTH:
            first, *others = _mapping(each, {}, ())
            found += [f"{margin}- {first}", *(f"{margin}  {other}" for other in others)]
        else:
            found.append(line)
    return found


def _flow(value: Any) -> str:
    """YAML in one line."""
    dumped = yaml.dump(value, Dumper=_Dumper, default_flow_style=True, sort_keys=False, width=10**6)
    return dumped.removesuffix("...\n").strip()
