"""The site of the documents (M15): what is in it, its links, and its lists."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tools.site.anchors import slug
from tools.site.build import CONFIGURATION, PACKAGES, build
from tools.site.lists import indented
from tools.site.stage import PROJECT, Stage


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documents")
    Stage(folder)
    return folder


def repository(folder: Path, **files: str) -> Path:
    """A small repository, with `__` for `/` in names."""
    for name, text in files.items():
        file = folder / name.replace("__", "/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.with_suffix(".md" if not file.suffix else file.suffix).write_text(text)
    return folder


def test_every_document_and_every_picture_is_in_it(staged: Path) -> None:
    for file in (*PROJECT.glob("docs/**/*.md"), *PROJECT.glob("docs/images/*.png")):
        assert (staged / file.relative_to(PROJECT)).is_file(), file


def test_every_link_leads_to_a_file_of_it(staged: Path) -> None:
    documents = list(staged.rglob("*.md"))
    assert len(documents) > 100
    for document in documents:
        text = re.sub(
            r"^( *)```.*?^\1```", "", document.read_text(), flags=re.DOTALL | re.MULTILINE
        )
        for link in re.findall(r"\]\(([^)\s#:]+)(?:#[^)\s]*)?\)", text):
            assert (document.parent / link).is_file(), f"{document}: {link}"


def test_a_link_to_a_folder_leads_to_its_readme_or_to_the_list_of_its_files(tmp_path: Path) -> None:
    project = repository(
        tmp_path / "project",
        README="[a](with) [b](without/) [c](docs/page.md#part)",
        with__README="# With",
        without__code="x",
        docs__page="[up](../README.md)",
    )
    (project / "without" / "__pycache__").mkdir()
    (project / "without" / "__pycache__" / "code.pyc").write_bytes(b"")
    Stage(tmp_path / "staged", project)
    text = (tmp_path / "staged" / "README.md").read_text()
    assert text == "[a](with/README.md) [b](without/index.md) [c](docs/page.md#part)\n"
    listed = (tmp_path / "staged" / "without" / "index.md").read_text()
    assert listed == "# without\n\n- [code.md](code.md)\n"


def test_a_link_that_leads_nowhere_is_an_error_with_its_document(tmp_path: Path) -> None:
    project = repository(tmp_path / "project", README="[gone](docs/gone.md)")
    with pytest.raises(FileNotFoundError, match=r"README\.md links to docs/gone\.md"):
        Stage(tmp_path / "staged", project)


def test_links_in_code_stay_as_they_are(tmp_path: Path) -> None:
    text = "```text\n[x](nowhere)\n```\n"
    Stage(tmp_path / "staged", repository(tmp_path / "project", README=text))
    assert (tmp_path / "staged" / "README.md").read_text() == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "1. a\n\n   ```sh\n   x\n     y\n   ```\n",
            "1. a\n\n    ```sh\n    x\n      y\n    ```\n",
        ),
        ("- a\n  b\n  - c\n- d\n", "- a\n    b\n    - c\n- d\n"),
        ("- a\n\n  b\n\nc\n", "- a\n\n    b\n\nc\n"),
        ("```\n- a\n  b\n```\n", "```\n- a\n  b\n```\n"),
        ("- a\nlazy\n\ntext\n", "- a\n    lazy\n\ntext\n"),
    ],
    ids=["code of an item", "nested", "paragraph of an item", "code", "lazy continuation"],
)
def test_lists_are_indented_for_the_site(before: str, after: str) -> None:
    assert indented(before) == after


def test_anchors_are_those_of_github() -> None:
    assert slug("Checking `make check` / the account", "-") == "checking-make-check--the-account"


def test_every_document_is_in_the_menu() -> None:
    text = re.sub(r"!!python/name:\S+", "x", CONFIGURATION.read_text())
    menu = set(re.findall(r"[\w/-]+\.md", yaml.safe_dump(yaml.safe_load(text)["nav"])))
    documents = {str(file.relative_to(PROJECT)) for file in PROJECT.glob("docs/*.md")}
    assert documents - menu == set()
    assert all((PROJECT / each).is_file() for each in menu)


def test_hashes_are_of_the_wanted_versions() -> None:
    folder = CONFIGURATION.parent
    wanted = re.findall(r"^[\w-]+==\S+", (folder / "requirements.in").read_text(), re.MULTILINE)
    locked = (folder / "requirements.txt").read_text()
    assert re.findall(r"^[\w-]+==\S+", locked, re.MULTILINE) == wanted
    assert all(
        re.search(rf"^{re.escape(each)} \\\n    --hash=sha256:", locked, re.MULTILINE)
        for each in wanted
    )


@pytest.mark.skipif(not PACKAGES.is_dir(), reason="`make site` installs MkDocs")
def test_the_site_is_built_without_a_warning_and_loads_nothing_from_others(tmp_path: Path) -> None:
    assert build(tmp_path / "site") == 0
    pages = [page.read_text() for page in (tmp_path / "site").rglob("*.html")]
    pattern = r'(?:<script[^>]* src|<link rel="stylesheet" href)="([^"]+)"'
    loaded = [found for page in pages for found in re.findall(pattern, page)]
    assert len(loaded) > 300
    assert [each for each in loaded if re.match(r"https?:|//", each)] == []
    index = (tmp_path / "site" / "search" / "search_index.js").read_text()
    assert "docs/page.html" in index


def test_the_script_of_the_set_up_is_valid() -> None:
    subprocess.run(["bash", "-n", str(PROJECT / "scripts" / "setup-site")], check=True)
