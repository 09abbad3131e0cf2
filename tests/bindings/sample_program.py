"""What a user's `main.py` looks like: writes the sample, then prints what Python has loaded.

With the names of packages as arguments it starts Node.js with them.
"""

import json
import sys

import bindings


def main() -> None:
    bindings.install()
    if sys.argv[1:]:
        bindings.start(*sys.argv[1:])
    from sample_stack import synthesize

    synthesize()
    print(json.dumps([name for name in sys.modules if name.startswith("cdktf_cdktf_provider_")]))


main()
