"""Builds the site with MkDocs, which ends with an error where a link or an anchor leads nowhere."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tools.site.stage import PROJECT, Stage

CONFIGURATION: Final = Path(__file__).with_name("mkdocs.yml")
WORKER: Final = Path(__file__).with_name("iframe-worker.js")
PACKAGES: Final = PROJECT / ".site"


def build(folder: Path) -> int:
    """Writes the site into a folder, whose content it replaces.

    Returns:
        The exit code of MkDocs: 1 where a link leads nowhere or a document is in no menu.
    """
    with TemporaryDirectory() as temporary:
        documents = Path(temporary).resolve() / "documents"
        Stage(documents)
        shutil.copy(WORKER, documents)
        own = Path(temporary) / "mkdocs.yml"
        settings = f"docs_dir: {documents}\nsite_dir: {folder.resolve()}\n"
        own.write_text(CONFIGURATION.read_text(encoding="utf-8") + settings, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-f", str(own)],
            # The day of the sitemap, so that the same documents give the same bytes.
            env=os.environ
            | {
                "PYTHONPATH": os.pathsep.join((str(PACKAGES), str(PROJECT))),
                "SOURCE_DATE_EPOCH": "0",
                "NO_MKDOCS_2_WARNING": "1",
            },
            check=False,
        )
    return done.returncode
