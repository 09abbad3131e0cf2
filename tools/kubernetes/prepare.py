"""``python -m tools.kubernetes.prepare``: builds the programs of the control plane."""

import sys

from tools.kubernetes.programs import ProgramsMissingError, find


def main() -> int:
    """Builds what is missing.

    Returns:
        The exit code: 1 where a program cannot be had.
    """
    try:
        find()
    except ProgramsMissingError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
