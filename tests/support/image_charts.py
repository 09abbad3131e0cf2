"""Small charts with images, in the archives that `make images` renders."""

import gzip
import io
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from config.environment import Environment
from modules.addons.catalog import platform_releases
from modules.helm.archives import archive_name

POD: Final = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: "{{{{ .Release.Name }}}}"}}
spec: {{template: {{spec: {{containers: [{{name: main, image: "{image}", args: [{args}]}}]}}}}}}
"""

TEST_POD: Final = """
---
apiVersion: v1
kind: Pod
metadata: {name: probe, annotations: {"helm.sh/hook": test-success}}
spec: {containers: [{name: main, image: "busybox:1"}]}
"""

TEMPLATES: Final = {
    "cert-manager": POD.format(
        image='{{ .Values.imageRegistry | default "quay.io" }}/jetstack/controller:v1',
        args='"--acme-http01-solver-image='
        '{{ .Values.imageRegistry | default "quay.io" }}/jetstack/solver:v1"',
    ),
    "aws-load-balancer-controller": POD.format(
        image="{{ (.Values.image).repository | default "
        '"public.example/eks/aws-load-balancer-controller" }}:v3',
        args="",
    )
    + TEST_POD,
    "karpenter": POD.format(image="public.example/karpenter:1", args=""),
}
"""Templates by chart: two follow `image_registry`, as their real ones do, and one does not."""


def write_charts(
    folder: Path, environment: Environment, templates: Mapping[str, str] = TEMPLATES
) -> None:
    """Writes an archive of every chart of an environment; those without a template are empty."""
    folder.mkdir(parents=True, exist_ok=True)
    for release in platform_releases(environment):
        if release.repository is not None and release.version is not None:
            made = _archive(release.chart, release.version, templates.get(release.chart, ""))
            (folder / archive_name(release.chart, release.version)).write_bytes(made)


def _archive(name: str, version: str, template: str) -> bytes:
    made = io.BytesIO()
    files = {
        "Chart.yaml": f"apiVersion: v2\nname: {name}\nversion: {version}\n",
        "templates/pods.yaml": template,
    }
    with tarfile.open(fileobj=made, mode="w") as archive:
        for path, text in files.items():
            entry = tarfile.TarInfo(f"{name}/{path}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return gzip.compress(made.getvalue(), mtime=0)
