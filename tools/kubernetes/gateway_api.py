"""The CRDs of the Gateway API, from its Go module.

The file of a release is put together of the files of the module, as the project does it, so that
tests have it where only Go's module proxy can be reached.
"""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from tools.kubernetes.build import INSTALLED, OWN, BuildError

MODULE: Final = "sigs.k8s.io/gateway-api"

LICENSE: Final = """\
# Copyright The Kubernetes Authors.
#
# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# You may obtain a copy of the License at
#
#     http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS,
# WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
# See the License for the specific language governing permissions and
# limitations under the License.

#
# Gateway API Standard channel install
#
"""
"""How the file begins.
https://github.com/kubernetes-sigs/gateway-api/blob/v1.6.1/hack/build-install-yaml.sh"""

FOLDER: Final = Path("config", "crd", "standard")


def standard_install(version: str) -> bytes:
    """`standard-install.yaml` of a release of the Gateway API.

    Args:
        version: its version, for example `1.6.1`.

    Raises:
        BuildError: there is no Go, or the module cannot be had.
    """
    go = shutil.which("go", path=OWN) or shutil.which("go") or shutil.which("go", path=INSTALLED)
    if go is None:
        raise BuildError(f"The module {MODULE} is fetched by Go, and there is none.")
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [go, "mod", "download", "-json", f"{MODULE}@v{version}"],
            cwd=folder,
            env={**os.environ, "GOFLAGS": "-mod=mod"},
            capture_output=True,
            text=True,
            check=False,
        )
    found = json.loads(done.stdout or "{}")
    if "Dir" not in found:
        raise BuildError(f"{MODULE} {version}: {found.get('Error') or done.stderr.strip()}")
    files = sorted(Path(found["Dir"], FOLDER).glob("*.yaml"))
    parts = (f"---\n#\n# {FOLDER / file.name}\n#\n{file.read_text()}" for file in files)
    return "".join((LICENSE, *parts)).encode()
