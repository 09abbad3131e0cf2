"""The CDKTF app: `python main.py [environment ...]` writes Terraform JSON to cdktf.out.

An environment is a name from config/environments or the path of a file; without any, the
variable ENV names one, and without that all are synthesized. CDKTF_OUTDIR names another
output folder. Exit codes: 0, and 2 when a file is wrong; the output is then as it was.
"""

import gc
import os
import sys
from pathlib import Path

import bindings

# The configuration is checked value by value, the program by its type checker and its tests.
bindings.install(check_arguments=False)
# A short run makes next to no garbage, and there is no plugin of Pydantic to look for.
gc.disable()
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

with bindings.loading(
    "cdktf_cdktf_provider_aws", "cdktf_cdktf_provider_helm", "cdktf_cdktf_provider_kubernetes"
):
    from config.loader import ConfigError, load

from stacks.app import synthesize  # noqa: E402


def main(arguments: list[str]) -> int:
    """Synthesizes the environments that the arguments name."""
    selected = arguments or os.environ.get("ENV", "").split()
    try:
        environments = load(selected)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    synthesize(environments, Path(os.environ.get("CDKTF_OUTDIR", "cdktf.out")))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
