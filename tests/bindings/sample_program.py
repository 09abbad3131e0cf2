"""What a user's `main.py` looks like: writes the sample, then prints what Python has loaded."""

import json
import sys

import bindings


def main() -> None:
    bindings.install()
    from sample_stack import synthesize

    synthesize()
    print(json.dumps([name for name in sys.modules if name.startswith("cdktf_cdktf_provider_")]))


main()
