"""A client of the Kubernetes API: objects as plain data, by kind."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from runner.errors import RunnerError
from runner.kubernetes.access import ApiAccess
from runner.kubernetes.kinds import Kind
from runner.kubernetes.reach import why_unreachable

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

_CONNECT_SECONDS: Final = 5
_READ_SECONDS: Final = 60
_TOKEN_SECONDS: Final = 600
"""EKS accepts a token for 15 minutes."""

_NOT_FOUND: Final = 404

_PROXY_SCHEMES: Final = ("http", "https")


class KubernetesUnreachableError(RunnerError):
    """The API did not answer, or does not accept these credentials.

    Attributes:
        ways: what the user can do to reach an API that does not answer; empty otherwise.
    """

    ways = ""


class NoAnswerError(KubernetesUnreachableError):
    """The API did not answer."""


@dataclass(frozen=True)
class Object:
    """An object that exists.

    Attributes:
        content: as the API gave it, without apiVersion and kind.
    """

    kind: Kind
    content: dict[str, Any]

    @property
    def metadata(self) -> dict[str, Any]:
        """Its metadata."""
        return self.content["metadata"]

    @property
    def name(self) -> str:
        """Its name."""
        return self.metadata["name"]

    @property
    def namespace(self) -> str:
        """Its namespace; empty if it is in none."""
        return self.metadata.get("namespace", "")

    @property
    def spec(self) -> dict[str, Any]:
        """What it should be."""
        return self.content.get("spec") or {}

    @property
    def status(self) -> dict[str, Any]:
        """What it is."""
        return self.content.get("status") or {}

    @property
    def finalizers(self) -> list[str]:
        """What has to be done before it is deleted."""
        return self.metadata.get("finalizers") or []

    @property
    def is_deleting(self) -> bool:
        """Whether its deletion was requested."""
        return "deletionTimestamp" in self.metadata

    @property
    def path(self) -> str:
        """Its path in the API."""
        return self.kind.path(self.namespace, self.name)

    def __str__(self) -> str:
        place = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind.name} {place}"


class Kubernetes:
    """The API of one cluster."""

    def __init__(
        self, access: ApiAccess, token: Callable[[], str], proxy: str | None = None
    ) -> None:
        """Connects with the first request; the token is requested again when it is old.

        Args:
            proxy: URL of the HTTP proxy to the API; None for a direct connection.
        """
        self.cluster = access.cluster
        self._access, self._token, self._proxy = access, token, proxy
        self._made: ApiClient | None = None
        self._since = 0.0

    def check(self) -> None:
        """Sends a request that every user may send.

        Raises:
            NoAnswerError: there is no answer.
            KubernetesUnreachableError: the answer is a refusal, or the proxy is of another kind.
        """
        self._check_connection()
        # It takes half a second to import, which commands that need no Kubernetes API save.
        from kubernetes.client import ApiException  # noqa: PLC0415
        from urllib3.exceptions import HTTPError  # noqa: PLC0415

        try:
            self._call("GET", "/version")
            self._call("GET", "/api/v1/namespaces", limit="1")
        except ApiException as error:
            raise KubernetesUnreachableError(
                f"The Kubernetes API of {self.cluster} refuses these credentials "
                f"({error.status} {error.reason}). The role needs an access entry in the cluster."
            ) from error
        except HTTPError as error:
            raise self._no_answer(str(getattr(error, "reason", None) or error)) from error

    def _check_connection(self) -> None:
        if self._proxy is not None and urlsplit(self._proxy).scheme not in _PROXY_SCHEMES:
            raise KubernetesUnreachableError(
                f"The proxy to the Kubernetes API of {self.cluster} is {self._proxy}, but has to "
                f"begin with {' or '.join(f'{scheme}://' for scheme in _PROXY_SCHEMES)}."
            )
        reason = why_unreachable(self._proxy or self._access.endpoint)
        if reason is not None:
            raise self._no_answer(f"proxy {self._proxy}: {reason}" if self._proxy else reason)

    def _no_answer(self, reason: str) -> NoAnswerError:
        return NoAnswerError(
            f"The Kubernetes API of {self.cluster} does not answer at {self._access.endpoint} "
            f"({reason})."
        )

    def list(self, kind: Kind, selector: str = "") -> list[Object]:
        """Lists the objects of a kind; none if the API has no such kind.

        Args:
            selector: of labels.
        """
        query = {"labelSelector": selector} if selector else {}
        answer = self._call("GET", kind.path(), **query)
        return [] if answer is None else [Object(kind, item) for item in answer["items"]]

    def delete(self, found: Object) -> None:
        """Requests the deletion of an object, unless it was requested or the object is gone."""
        if not found.is_deleting:
            self._call("DELETE", found.path)

    def patch(self, found: Object, change: dict[str, Any]) -> None:
        """Merges a change into an object, unless it is gone."""
        self._call("PATCH", found.path, change)

    def remove_finalizers(self, found: Object, *prefixes: str) -> None:
        """Takes finalizers off an object: those with one of the prefixes, or all."""
        kept = [each for each in found.finalizers if prefixes and not each.startswith(prefixes)]
        if kept != found.finalizers:
            self.patch(found, {"metadata": {"finalizers": kept}})

    def _call(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        from kubernetes.client import ApiException  # noqa: PLC0415

        headers = {"Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/merge-patch+json"
        try:
            answer: Any = self._client().call_api(
                path,
                method,
                query_params=list(query.items()),
                header_params=headers,
                body=body,
                _preload_content=False,
                _request_timeout=(_CONNECT_SECONDS, _READ_SECONDS),
            )
        except ApiException as error:
            if error.status == _NOT_FOUND:
                return None
            raise
        response = answer[0] if isinstance(answer, tuple) else answer
        return json.loads(response.data)

    def _client(self) -> ApiClient:
        from kubernetes.client import ApiClient, Configuration  # noqa: PLC0415

        if self._made is None:
            configuration: Any = Configuration(host=self._access.endpoint)
            configuration.retries = 1
            if self._proxy is not None:
                configuration.proxy, configuration.no_proxy = self._proxy, ""
            if self._access.certificate_authority:
                folder = Path(tempfile.mkdtemp(prefix="kubernetes-"))
                authority = folder / "ca.crt"
                authority.write_text(self._access.certificate_authority)
                configuration.ssl_ca_cert = str(authority)
            self._made = ApiClient(configuration)
        if not self._since or time.monotonic() - self._since > _TOKEN_SECONDS:
            self._made.set_default_header("Authorization", f"Bearer {self._token()}")
            self._since = time.monotonic()
        return self._made
