"""Documents: every link leads somewhere, and every requirement that is met has a test (M13)."""

import re
from pathlib import Path

import pytest

from rules.load import load
from stacks.app import ACCOUNT, STACKS
from support.output import Output

PROJECT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    file
    for pattern in (
        "*.md",
        "docs/**/*.md",
        "examples/**/*.md",
        "environments/*.md",
        "tools/**/*.md",
    )
    for file in PROJECT.glob(pattern)
)


def anchors(text: str) -> set[str]:
    """Anchors of headings, as GitHub makes them."""
    headings = re.findall(
        r"^#+ (.*)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE
    )
    plain = (re.sub(r"\[([^]]*)]\([^)]*\)", r"\1", heading) for heading in headings)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: str(file.relative_to(PROJECT)))
def test_every_link_has_a_target(file: Path) -> None:
    text = re.sub(r"```.*?```", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    broken: list[str] = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (file.parent / path) if path else file
        if not target.exists() or (
            anchor and anchor not in anchors(target.read_text(encoding="utf-8"))
        ):
            broken.append(link)
    assert broken == []


def test_every_requirement_that_is_met_is_named_by_a_test() -> None:
    requirements = (PROJECT / "docs" / "requirements.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([A-M]\d+) \| [^|]* \| (?:met|partly)", requirements, re.MULTILINE)
    assert len(rows) > 50
    tests = "\n".join(file.read_text() for file in (PROJECT / "tests").rglob("test_*.py"))
    named = set(re.findall(r"\b[A-M]\d{1,2}\b", tests))
    named |= {
        f"{letter}{number}"
        for letter, first, last in re.findall(r"\b([A-M])(\d{1,2}) to \1(\d{1,2})\b", tests)
        for number in range(int(first), int(last) + 1)
    }
    assert [id_ for id_ in rows if id_ not in named] == []


def test_the_environment_in_the_readme_is_valid(tmp_path: Path) -> None:
    [example] = re.findall(
        r"```yaml\n# environments/(.*?)```", (PROJECT / "README.md").read_text(), re.DOTALL
    )
    name, _, text = example.partition("\n")
    file = tmp_path / name
    file.write_text(text)
    [environment] = load([file])
    assert environment.edge.tls == "terminated"


def test_the_picture_in_the_readme_has_the_stacks_of_the_app() -> None:
    [picture] = re.findall(r"```mermaid\n(.*?)```", (PROJECT / "README.md").read_text(), re.DOTALL)
    assert set(re.findall(r'"prod-(\w+)', picture)) == {*STACKS, ACCOUNT}


def test_the_costs_of_a_second_region_are_those_of_the_example(output: Output) -> None:
    page = (PROJECT / "docs" / "regions.md").read_text()
    rows = re.findall(
        r"^\| ([^|]*) \| (\d+) \| ([\d.]+) ([^|]*) \| ([\d.]+) \|", page, re.MULTILINE
    )
    for what, number, price, unit, amount in rows:
        hours = 730 if "an hour" in unit else 1
        assert round(int(number) * float(price) * hours, 2) == float(amount), what
    [total] = re.findall(r"\| \*\*([\d.]+)\*\* \|", page)
    assert round(sum(float(row[4]) for row in rows), 2) == float(total)

    names = ("state", "network", "edge", "cluster", "platform", "account", "data")
    stacks = [output.stack(f"two-regions-euc1-{name}") for name in names]
    found = {
        type_: sum(len(stack.resources(f"aws_{type_}")) for stack in stacks)
        for type_ in ("eks_cluster", "nat_gateway", "lb", "kms_key")
    }
    [group] = stacks[3].resources("aws_eks_node_group").values()
    assert group["instance_types"] == ["m7g.xlarge"]
    gateways = found["nat_gateway"]
    expected = [1, group["scaling_config"]["desired_size"], 100, gateways, 2 * gateways, 1]
    assert [int(row[1]) for row in rows] == [*expected, found["kms_key"], 3, 3]
    assert (found["eks_cluster"], found["lb"]) == (1, 1)
