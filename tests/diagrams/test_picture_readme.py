"""The README's pictures are those of the present stacks."""

from pathlib import Path

import pytest

from diagrams.readme import with_pictures
from support.output import Output

README = Path(__file__).parents[2] / "README.md"


def test_the_readme_is_up_to_date(output: Output) -> None:
    readme = README.read_text()
    drawn = with_pictures(readme, lambda name: output.stack(name).json)
    assert drawn == readme, "make docs draws the pictures anew"


@pytest.mark.parametrize(
    "marker", ["<!-- network: written by `make docs` -->", "<!-- end of request -->"]
)
def test_a_lost_marker_is_told(output: Output, marker: str) -> None:
    readme = README.read_text().replace(marker, "")
    with pytest.raises(ValueError, match="has 0 places between"):
        with_pictures(readme, lambda name: output.stack(name).json)


def test_what_stands_around_the_pictures_stays(output: Output) -> None:
    empty = "before\n{}\nbetween\n{}\nafter\n".format(
        *(
            f"<!-- {name}: written by `make docs` -->\n<!-- end of {name} -->"
            for name in ("network", "request")
        )
    )
    lines = with_pictures(empty, lambda name: output.stack(name).json).splitlines()
    assert [lines[0], lines[-1]] == ["before", "after"]
    assert lines.count("between") == 1
    assert lines.count("```mermaid") == 2
