"""Requests to chart repositories and to OCI registries."""

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import Request, urlopen

from runner.versions.rows import UnansweredError

SECONDS: Final = 20
LARGEST: Final = 64 * 2**20
"""Bytes of an answer. The largest index of a chart repository in the table has some 10 MiB."""

PAGES: Final = 50
_UNAUTHORIZED: Final = 401
_MANIFESTS: Final = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
"""https://github.com/opencontainers/image-spec/blob/main/media-types.md"""

_NEXT: Final = re.compile(r'<([^>]+)>;\s*rel="?next"?')
_CHALLENGE: Final = re.compile(r'(\w+)="([^"]*)"')


def get(url: str, headers: Mapping[str, str] | None = None) -> tuple[bytes, Mapping[str, str]]:
    """The body and the headers of an answer.

    Raises:
        UnansweredError: there is no answer within SECONDS, or it is an error or too large.
    """
    try:
        return _get(url, headers or {})
    except HTTPError as error:
        raise UnansweredError(f"HTTP {error.code}", url) from error
    except (OSError, HTTPException, ValueError) as error:
        raise UnansweredError(_reason(error), urlsplit(url).netloc) from error


def _get(url: str, headers: Mapping[str, str]) -> tuple[bytes, Mapping[str, str]]:
    if not url.startswith(("https://", "http://")):
        raise ValueError("not an address of the web")
    request = Request(url, headers={"User-Agent": "eks-platform"})  # noqa: S310 -- see above
    for name, value in headers.items():
        # A token is for this host only, not for the storage that it redirects to.
        request.add_unredirected_header(name, value)
    try:
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            body: bytes = answer.read(LARGEST + 1)
            if len(body) > LARGEST:
                raise ValueError(f"the answer has more than {LARGEST >> 20} MiB")
            return body, {name.lower(): value for name, value in answer.headers.items()}
    except HTTPError as error:
        error.close()
        raise


class Registry:
    """One repository of an OCI registry, read without a login.

    https://github.com/opencontainers/distribution-spec/blob/main/spec.md
    """

    def __init__(self, host: str, path: str) -> None:
        """Asks nothing yet."""
        host = "registry-1.docker.io" if host == "docker.io" else host
        # Docker and Helm do without TLS on this machine, too.
        scheme = "http" if host.startswith("127.0.0.1:") else "https"
        self._base = f"{scheme}://{host}/v2/{path}/"
        self._headers: dict[str, str] = {}

    def tags(self) -> list[str]:
        """All tags; raises as `get` does."""
        found: list[str] = []
        url: str | None = f"{self._base}tags/list?n=1000"
        for _ in range(PAGES):
            if url is None:
                break
            body, headers = self._ask(url)
            found += json.loads(body).get("tags") or []
            following = _NEXT.search(headers.get("link", ""))
            url = urljoin(url, following.group(1)) if following else None
        return found

    def manifest(self, tag: str) -> dict[str, Any]:
        """The manifest of a tag; raises as `get` does."""
        media = "application/vnd.oci.image.manifest.v1+json"
        return json.loads(self._ask(f"{self._base}manifests/{tag}", media)[0])

    def digest(self, tag: str) -> str:
        """The digest of what a tag names now: `sha256:` and hexadecimal digits.

        That of the list of platforms, where there is one. It is computed from the answer.

        Raises:
            UnansweredError: as `get` does, or the registry announces another digest.
        """
        url = f"{self._base}manifests/{tag}"
        body, headers = self._ask(url, ", ".join(_MANIFESTS))
        found = f"sha256:{sha256(body).hexdigest()}"
        announced = headers.get("docker-content-digest", found)
        if announced != found:
            raise UnansweredError(f"announces {announced}, and sends {found}", url)
        return found

    def blob(self, digest: str) -> dict[str, Any]:
        """A blob that is JSON; raises as `get` does."""
        return json.loads(self._ask(f"{self._base}blobs/{digest}")[0])

    def _ask(self, url: str, accept: str = "application/json") -> tuple[bytes, Mapping[str, str]]:
        headers = {**self._headers, "Accept": accept}
        try:
            return _get(url, headers)
        except HTTPError as error:
            challenge = error.headers.get("WWW-Authenticate", "")
            if error.code != _UNAUTHORIZED or self._headers or not challenge:
                raise UnansweredError(f"HTTP {error.code}", url) from error
            self._headers = {"Authorization": f"Bearer {_token(challenge)}"}
            return get(url, {**self._headers, "Accept": accept})
        except (OSError, HTTPException, ValueError) as error:
            raise UnansweredError(_reason(error), urlsplit(url).netloc) from error


def _reason(error: Exception) -> str:
    """The cause in words, without its number in this operating system."""
    cause = getattr(error, "reason", error)
    return getattr(cause, "strerror", None) or str(cause)


def _token(challenge: str) -> str:
    """An anonymous token.

    https://distribution.github.io/distribution/spec/auth/token/
    """
    asked = dict(_CHALLENGE.findall(challenge))
    query = urlencode({name: asked[name] for name in ("service", "scope") if name in asked})
    answer = json.loads(get(f"{asked.get('realm', '')}?{query}")[0])
    return answer.get("token") or answer["access_token"]
