"""`python -m tools.demo [ENVIRONMENT]`."""

import sys

from rules.load import ConfigError
from runner.errors import RunnerError
from tools.demo.demo import run_demo

if __name__ == "__main__":
    try:
        run_demo(sys.argv[1] if sys.argv[1:] else "dev")
    except (ConfigError, RunnerError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code if isinstance(error, RunnerError) else 2)
