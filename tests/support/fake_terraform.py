"""A terraform, or tofu, that writes down how it was called and empties states.

For what needs no real one.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from runner.binary import TERRAFORM, Product

_SCRIPT: Final = """\
#!{python}
import json, os, sys, urllib.request
def empty_state():
    # A destroy leaves a state without resources, as Terraform does.
    try:
        backend = json.load(open("cdk.tf.json"))["terraform"]["backend"]["s3"]
    except OSError:
        return
    url = "/".join((os.environ["AWS_ENDPOINT_URL"], backend["bucket"], backend["key"]))
    request = urllib.request.Request(url, {empty!r}.encode(), {signed!r}, method="PUT")
    urllib.request.build_opener(urllib.request.ProxyHandler({{}})).open(request).close()
if sys.argv[1:] == ["version"]:
    print({product!r} + " v" + {version!r})
    sys.exit(0)
if sys.argv[1:3] == ["show", "-json"]:
    plans = {plans!r}
    print(json.dumps(plans.get(os.path.basename(os.getcwd()), {{}})))
    sys.exit(0)
with open({log!r}, "a") as log:
    log.write(json.dumps([os.path.basename(os.getcwd()), *sys.argv[1:]]) + "\\n")
print("out of", sys.argv[1])
print("err of", sys.argv[1], file=sys.stderr)
code = {codes!r}.get(sys.argv[1], 0)
if sys.argv[1] == "destroy" and not code:
    empty_state()
sys.exit(code)
"""

_SIGNED: Final = {
    "Content-Type": "application/json",
    "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/s3/aws4_request, "
    "SignedHeaders=host, Signature=0",
}
_EMPTY: Final = json.dumps({"lineage": "one", "serial": 2, "outputs": {}, "resources": []})


class FakeTerraform:
    """A program named terraform, or as another product's, first on the PATH."""

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, product: Product = TERRAFORM
    ) -> None:
        self._product = product
        self.folder = folder / "bin"
        self.folder.mkdir(exist_ok=True)
        self._log = folder / f"{product.program}-calls"
        self._log.touch()
        monkeypatch.setenv("PATH", f"{self.folder}{os.pathsep}{os.environ['PATH']}")
        self.answers()

    def answers(
        self, version: str = "1.11.4", plans: Mapping[str, object] | None = None, **codes: int
    ) -> None:
        """Sets the version and the exit code of each command; 0 for those not named.

        Args:
            plans: by the name of a stack's folder, what `show -json` prints of its plan.
        """
        self.is_script(
            _SCRIPT.format(
                python=sys.executable,
                product=self._product.name,
                version=version,
                log=str(self._log),
                codes=codes,
                plans=dict(plans or {}),
                empty=_EMPTY,
                signed=_SIGNED,
            )
        )

    def is_script(self, text: str) -> None:
        """Sets what the program does."""
        program = self.folder / self._product.program
        program.write_text(text)
        program.chmod(0o755)

    @property
    def calls(self) -> list[list[str]]:
        """Each call so far: name of the folder it ran in, then its arguments."""
        return [json.loads(line) for line in self._log.read_text().splitlines()]
