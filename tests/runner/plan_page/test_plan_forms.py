"""The forms of a plan's page: text of any width, Markdown for a comment, JSON (M7)."""

import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from runner.plan_page import document, markdown, terminal, words
from runner.plan_page.model import Attribute, Change, StackPage

DIFF = "@@ controller @@\n-  tag: '1'\n+  tag: '2'"
PAGE = StackPage(
    "dev-network",
    "planned",
    has_resources=True,
    changes=(
        Change(
            "aws_subnet.private_a",
            "replace",
            attributes=(
                Attribute(
                    "cidr_block",
                    '"10.0.11.0/24"',
                    '"10.0.12.0/24"',
                    forces_replacement=True,
                    because=("aws_vpc.vpc",),
                    settings=("environments/dev.yaml:7 network.private_subnets.cidrs.a",),
                ),
            ),
        ),
        Change("helm_release.karpenter", "update", attributes=(Attribute("values", diff=DIFF),)),
        Change("aws_eip.nat_a", "create"),
    ),
    outside=(Change("aws_vpc.vpc", "update", attributes=(Attribute("tags.a", "(none)", '"b"'),)),),
)
UNPLANNED = StackPage(
    "dev-edge",
    "from the JSON, not planned",
    "it uses outputs of dev-network",
    has_resources=False,
    changes=(Change("aws_lb.load_balancer", "create"),),
)


@pytest.mark.parametrize("width", [20, 33, 80, 200])
def test_the_text_fits_a_terminal_of_any_width_and_loses_nothing(width: int) -> None:
    file = io.StringIO()
    console = Console(file=file, width=width, highlight=False)
    terminal.print_lines(terminal.plan_lines("Plan of dev", [PAGE, UNPLANNED]), console)
    lines = file.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    assert not any(line.endswith(" ") for line in lines)
    text = "".join(file.getvalue().split())
    for each in (
        "aws_subnet.private_a",
        'cidr_blockforcesit:"10.0.11.0/24"→"10.0.12.0/24"',
        "fromaws_vpc.vpc",
        "setatenvironments/dev.yaml:7network.private_subnets.cidrs.a",
        "+tag:'2'",
        "dev-edge:1(fromtheJSON,notplanned)",
    ):
        assert each in text


def test_a_stack_that_makes_much_is_one_paragraph() -> None:
    made = tuple(Change(f"aws_eip.nat_{number}", "create") for number in range(30))
    page = StackPage("dev-network", "planned", changes=made)
    text = [line.text for line in terminal.plan_lines("Plan", [page])]
    assert "30 aws_eip" in text
    assert "nat_29" in markdown.plan_markdown("Plan", [page])
    assert "nat_29" in document.plan_json("Plan", [page])


def test_markdown_has_a_table_of_stacks_and_diffs_in_fences() -> None:
    text = markdown.plan_markdown("Plan of dev", [PAGE, UNPLANNED])
    assert "| `dev-network` | 1 | 1 | 1 |  |  |" in text
    assert "| `dev-edge` | 1 |  |  |  | from the JSON, not planned: it uses outputs" in text
    assert "    ```diff\n    @@ controller @@\n" in text
    assert '`cidr_block` **forces it**: `"10.0.11.0/24"` → `"10.0.12.0/24"`' in text
    assert text.count("<details>") == text.count("</details>")


def test_markdown_takes_no_signs_of_a_value_for_its_own() -> None:
    values = Attribute("values", diff="+ ```\n+ </details> @team")
    line = Attribute("name", "`a` | <b>", '"@team"')
    change = Change("aws_eip.a", "update", reason="<i> @team", attributes=(values, line))
    text = markdown.plan_markdown("Plan", [StackPage("dev-edge", "planned", changes=(change,))])
    assert "    ````diff\n" in text
    assert "&lt;i> @\u200bteam" in text
    assert "`` `a` | <b> ``" in text


def test_markdown_is_never_too_long_for_a_comment() -> None:
    long = Attribute("values", diff="\n".join(f"+ line {number}" for number in range(900)))
    changes = tuple(
        Change(f"helm_release.r_{number}", "update", attributes=(long,)) for number in range(20)
    )
    text = markdown.plan_markdown("Plan", [StackPage("dev-platform", "planned", changes=changes)])
    assert len(text) <= markdown.LONGEST
    assert text.endswith(markdown.CUT)
    assert text.count("<details>") == text.count("</details>")
    assert text.count("```diff") * 2 == text.count("```")


def test_json_has_all_and_the_sum() -> None:
    found = json.loads(document.plan_json("Plan of dev", [PAGE, UNPLANNED]))
    assert found["total"] == {"replace": 1, "update": 1, "create": 2}
    first, second = found["stacks"]
    assert first["changes"][0]["attributes"][0]["before"] == '"10.0.11.0/24"'
    assert second["status"] == "from the JSON, not planned"
    assert found["deletes"] == words.deleting([PAGE])


def test_drift_has_a_page_in_each_form() -> None:
    assert json.loads(document.drift_json("Drift", [PAGE]))["drift"] is True
    clean = replace(PAGE, outside=(), by_itself=3)
    assert json.loads(document.drift_json("Drift", [clean]))["drift"] is False
    assert '`tags.a`: `(none)` → `"b"`' in markdown.drift_markdown("Drift", [PAGE])
    lines = [line.text for line in terminal.drift_lines("Drift of dev", [clean, UNPLANNED])]
    assert lines[1] == "Drift of dev: no drift"
    assert "3 attributes differ that no setting gives" in lines[2]
    assert "not applied" in lines[3]


def test_what_is_not_known_may_delete() -> None:
    assert words.deleting([UNPLANNED]) == []
    applied = replace(UNPLANNED, status="not planned", has_resources=True, changes=())
    failed = StackPage("dev-edge", "failed", "terraform plan failed")
    for page in (applied, failed):
        assert "nothing is known of it" in words.deleting([page])[0]
