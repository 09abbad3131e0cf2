"""The page in a browser: nothing is cut off, every text can be read, nothing is loaded.

Boxes and colors are compared, not pictures: fonts differ from machine to machine, and with them
every pixel.
"""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from typing import Any, Final

import pytest

from support.output import Output
from support.pages import page_of

BROWSER: Final = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
PROBE: Final = Path(__file__).with_name("probe.html").read_text(encoding="utf-8")

WIDTHS: Final = (1280, 800, 400)

pytestmark = pytest.mark.skipif(
    BROWSER is None, reason="needs Chromium, for example of the package chromium"
)


@dataclass(frozen=True)
class Browser:
    """Runs Chromium without a window, with a profile of its own."""

    folder: Path

    def run(self, file: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [
                str(BROWSER),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
                "--enable-logging=stderr",
                f"--user-data-dir={self.folder / 'profile'}",
                *arguments,
                file.as_uri(),
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done

    def measure(
        self, page: str, *, dark: bool = False, errors: bool = False
    ) -> list[dict[str, Any]]:
        """Boxes, colors and requests of a page, in a window of each of the widths.

        Fails where the browser prints an error, unless `errors` are allowed.
        """
        # A window is never narrower than 500 pixels, a frame is.
        inner = escape(page.replace("</body>", f"{PROBE}</body>"))
        frames = "".join(
            f'<iframe style="border:0;width:{width}px;height:900px" srcdoc="{inner}"></iframe>'
            for width in WIDTHS
        )
        script = (
            "<pre id=outer></pre><script>onload = () => {"
            "const texts = Array.from(frames, (each) => each.document.getElementById('found'));"
            "outer.textContent = `[${texts.map((each) => each.textContent)}]` }</script>"
        )
        file = self.folder / "frames.html"
        head = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">'
        file.write_text(f"{head}{frames}{script}", encoding="utf-8")
        scheme = f"--blink-settings=preferredColorScheme={0 if dark else 1}"
        done = self.run(file, scheme, "--window-size=1400,1000", "--dump-dom")
        assert errors or re.findall(r":CONSOLE.*", done.stderr) == []
        found = re.search(r'<pre id="outer">(.*?)</pre>', done.stdout, re.DOTALL)
        assert found
        assert found[1], "the page was not measured"
        return json.loads(unescape(found[1]))


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Browser:
    return Browser(tmp_path_factory.mktemp("browser"))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("name", "against"), [("intranet", ""), ("full", ""), ("existing-vpc", ""), ("dev", "prod")]
)
def test_nothing_is_cut_off_and_every_text_can_be_read(
    output: Output, browser: Browser, name: str, against: str, dark: bool
) -> None:
    measured = browser.measure(page_of(output, name, against), dark=dark)
    for found, width in zip(measured, WIDTHS, strict=True):
        assert (found["width"], found["dark"]) == (width, dark)
        assert found["texts"] > 300
        assert found["scrollWidth"] <= found["clientWidth"]
        assert found["outside"] == []
        assert found["overlapping"] == []
        assert found["weak"] == []
        assert found["loaded"] == []


def test_the_way_of_a_request_is_a_row_on_a_screen_and_a_column_on_a_telephone(
    output: Output, browser: Browser
) -> None:
    measured = browser.measure(page_of(output, "intranet"))
    assert [found["columns"] for found in measured] == [6, 3, 1]
    assert measured[0]["labels"] == [], "labels of the drawing that are wider than their block"


def test_the_measures_find_what_they_are_for(output: Output, browser: Browser) -> None:
    """A page with everything wrong, so that an empty list means something."""
    broken = """<p id="wide" style="width:3000px;max-width:none;color:#999">pale and wide</p>
<img src="http://127.0.0.1:9/none.png" alt="loaded"></footer>"""
    page = page_of(output, "dev").replace("</footer>", broken)
    done = browser.measure(page, errors=True)[0]
    assert done["scrollWidth"] > done["clientWidth"]
    assert any("P." in each for each in done["outside"])
    assert any("pale" in each for each in done["weak"])
    assert done["loaded"] == ["http://127.0.0.1:9/none.png"]


def test_it_is_printed_on_several_pages_in_light_colors(output: Output, browser: Browser) -> None:
    file, printed = browser.folder / "page.html", browser.folder / "page.pdf"
    file.write_text(page_of(output, "prod"), encoding="utf-8")
    options = ("--blink-settings=preferredColorScheme=0", "--no-pdf-header-footer")
    browser.run(file, *options, f"--print-to-pdf={printed}")
    document = printed.read_bytes()
    assert document.startswith(b"%PDF")
    boxes = re.findall(rb"/Type\s*/Page\b[^s]", document)
    assert len(boxes) > 5
    sizes = {
        tuple(map(float, box.split())) for box in re.findall(rb"/MediaBox\s*\[([^]]*)]", document)
    }
    assert all(width > height for _, _, width, height in sizes)
