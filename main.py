"""The CDKTF app: `python main.py [environment ...]` writes Terraform JSON to cdktf.out.

An environment is a name from environments/ or examples/environments/, or the path of a file or
folder; without any, the variable ENV names some, and without that all of environments/ are
synthesized, or the examples dev and prod while it is empty. CDKTF_OUTDIR names another output
folder. With `--without-given-roles` the stacks make the roles that `identity.roles` names, which
`make roles` reads. Exit codes: 0; 2 when a file is wrong, and the output is then as it was; 1 when
Node.js is missing or the output cannot be written.
"""

import gc
import os
import sys
from pathlib import Path

import bindings

if {"-h", "--help"} & set(sys.argv[1:]):
    print(__doc__)
    sys.exit(0)
if bindings.node_is_missing():
    sys.exit("Node.js is not on the PATH: no program `node`. CDKTF needs it, version 20 or newer.")
# The configuration is checked value by value, the program by its type checker and its tests.
try:
    bindings.install(check_arguments=False)
except ValueError as error:
    sys.exit(str(error))
# A short run makes next to no garbage, and there is no plugin of Pydantic to look for.
gc.disable()
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

bindings.start(
    "cdktf_cdktf_provider_aws", "cdktf_cdktf_provider_helm", "cdktf_cdktf_provider_kubernetes"
)

from config.derived.given_roles import OPTION, without_given_roles  # noqa: E402
from config.derived.limits import LimitError  # noqa: E402
from config.reading.report import render  # noqa: E402
from modules.helm.archives import MissingArchivesError  # noqa: E402
from rules.load import (  # noqa: E402
    EXAMPLES,
    ConfigError,
    defaults,
    load_with_warnings,
    named_by,
)
from stacks.app import synthesize  # noqa: E402


def main(arguments: list[str]) -> int:
    """Synthesizes the environments that the arguments name."""
    made_here = OPTION in arguments
    arguments = [each for each in arguments if each != OPTION]
    outdir = Path(os.environ.get("CDKTF_OUTDIR", "cdktf.out"))
    try:
        names = arguments or named_by(os.environ.get("ENV", "")) or defaults()
        if names[0] == EXAMPLES / "dev.yaml":
            print("There is no file in environments/: these are the examples dev and prod.")
        loaded = load_with_warnings(names)
        for warning in (warning for each in loaded for warning in each.warnings):
            print(f"warning: {render(warning)}", file=sys.stderr)
        environments = [each.environment for each in loaded]
        if made_here:
            environments = without_given_roles(environments)
        synthesize(
            environments,
            outdir,
            {each.environment.name: each.annotations for each in loaded},
        )
    except (ConfigError, LimitError, MissingArchivesError) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        if error.filename is None:
            raise
        print(f"{outdir}: cannot be written: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    code = main(sys.argv[1:])
    gc.freeze()  # or Python would collect garbage once more while it ends, in 0.1 s
    sys.exit(code)
