"""Downloads charts from their repositories, over HTTPS or from an OCI registry, as Helm does.

https://helm.sh/docs/topics/chart_repository/ and
https://github.com/opencontainers/distribution-spec/blob/main/spec.md
"""

import hashlib
import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import Request, urlopen

import yaml

from config import versions
from runner.errors import RunnerError

SECONDS: Final = 60
OCI: Final = "oci://"
MANIFEST: Final = "application/vnd.oci.image.manifest.v1+json"
CHART: Final = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
UNAUTHORIZED: Final = 401

_CHALLENGE: Final = re.compile(r'(\w+)="([^"]*)"')


def download(repository: str, chart: str, version: str) -> bytes:
    """The archive of a chart, with the digest that its repository gives.

    Raises:
        RunnerError: the repository has no such chart or version, does not answer, or sends
            something else.
    """
    try:
        if repository.startswith(OCI):
            return _from_registry(repository.removeprefix(OCI), chart, version)
        return _from_index(repository, chart, version)
    except (OSError, ValueError) as error:
        raise RunnerError(f"{chart} {version}: {repository}: {error}") from error


def pinned(archive: bytes, chart: str, version: str) -> bytes:
    """The archive, if it is the one that config/versions.yaml has the digest of, or has none of.

    Raises:
        RunnerError: it is another one.
    """
    digest, found = versions.chart_digest(chart, version), hashlib.sha256(archive).hexdigest()
    if digest not in (None, found):
        raise RunnerError(
            f"{chart} {version}: its digest is {found}, and config/versions.yaml has {digest}. "
            "The archive of a released version was replaced: ask the project of the chart."
        )
    return archive


def _from_index(repository: str, chart: str, version: str) -> bytes:
    base = f"{repository.rstrip('/')}/"
    for entry in _entries(base).get(chart, ()):
        if entry["version"] == version:
            address = urljoin(base, entry["urls"][0])
            if address.startswith(OCI):
                path = address.removeprefix(OCI).removesuffix(f"/{chart}:{version}")
                return _from_registry(path, chart, version)
            return _checked(_get(address), entry.get("digest", ""))
    raise ValueError("its index has no such version")


@cache
def _entries(base: str) -> dict[str, list[dict[str, Any]]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    # Both loaders make plain values only.
    return yaml.load(_get(urljoin(base, "index.yaml")), loader)["entries"]  # noqa: S506


def _from_registry(path: str, chart: str, version: str) -> bytes:
    host, _, name = f"{path}/{chart}".partition("/")
    address = f"https://{host}/v2/{name}"
    tag = version.replace("+", "_")
    headers = {"Accept": MANIFEST}
    try:
        manifest = _get(f"{address}/manifests/{tag}", headers)
    except HTTPError as error:
        if error.code != UNAUTHORIZED:
            raise
        headers |= {"Authorization": f"Bearer {_token(error.headers['WWW-Authenticate'])}"}
        manifest = _get(f"{address}/manifests/{tag}", headers)
    for layer in json.loads(manifest)["layers"]:
        if layer["mediaType"] == CHART:
            blob = _get(f"{address}/blobs/{layer['digest']}", headers)
            return _checked(blob, layer["digest"])
    raise ValueError("it is no chart")


def _token(challenge: str) -> str:
    """A token without a login, for public registries."""
    asked = dict(_CHALLENGE.findall(challenge))
    query = urlencode({key: asked[key] for key in ("service", "scope") if key in asked})
    answer = json.loads(_get(f"{asked['realm']}?{query}"))
    return answer.get("token") or answer["access_token"]


def _get(address: str, headers: Mapping[str, str] | None = None) -> bytes:
    request = Request(address)  # noqa: S310 -- the addresses of config/versions.yaml
    for name, value in (headers or {}).items():
        # Registries redirect to a store that refuses the token.
        request.add_unredirected_header(name, value)
    with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
        return answer.read()


def _checked(content: bytes, digest: str) -> bytes:
    found = hashlib.sha256(content).hexdigest()
    if digest and digest.removeprefix("sha256:") != found:
        raise ValueError(f"its digest is {found}, and {digest} was announced")
    return content
