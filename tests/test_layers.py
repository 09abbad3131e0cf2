"""What the configuration may know of the rest of the project (docs/architecture.md)."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1]


def test_loading_an_environment_needs_no_cdktf() -> None:
    program = (
        "import sys; from rules.load import EXAMPLES, load; load([EXAMPLES]); "
        "print(sorted({'cdktf', 'constructs', 'jsii'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
