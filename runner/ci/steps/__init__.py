"""The shell scripts of the jobs: Bash that ends at the first error, with variables of the job.

They stand in the pipelines as they are here, and run from the folder of the repository.
"""

from functools import cache
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent


@cache
def script(name: str) -> str:
    """The text of a script.

    Args:
        name: of the file in this folder, without .sh, for example `github/comment`.
    """
    return (FOLDER / f"{name}.sh").read_text(encoding="utf-8")
