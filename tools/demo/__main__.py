"""`python -m tools.demo [ENVIRONMENT [LOG]]`."""

import os
import sys
from pathlib import Path

from rules.load import ConfigError
from runner.errors import RunnerError
from tools.demo.demo import LOG, run_demo
from tools.kubernetes import KubernetesStartError

INTERRUPTED = 130
"""The exit code that shells give to a program that Ctrl-C ended."""


def main() -> int:
    """Runs the demonstration.

    The first argument names the environment, by default dev; the second one the file for what
    Terraform prints, by default demo.log.

    Returns:
        The exit code: 0; that of the command that failed; 2 where the environment is wrong; 130
        after Ctrl-C.
    """
    environment, log, *_ = [*sys.argv[1:], *("dev", str(LOG))[len(sys.argv) - 1 :]]
    try:
        run_demo(environment, log=Path(log))
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except RunnerError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    except KubernetesStartError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. The emulation has ended, and what was in it is deleted.\n")
        sys.stdout.flush()
        sys.stderr.flush()
        # Ctrl-C has ended Node.js too, and jsii would end with a traceback that says so.
        os._exit(INTERRUPTED)
    return 0


if __name__ == "__main__":
    sys.exit(main())
