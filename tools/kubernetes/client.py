"""A small client of the Kubernetes API: objects as plain data, found by apiVersion and kind."""

import http.client
import json
import ssl
import time
import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Manifest = Mapping[str, Any]
Object = dict[str, Any]

FIELD_MANAGER: Final = "Terraform"
"""The name under which applied fields are owned: that of the kubernetes provider."""

_TIMEOUT_SECONDS: Final = 60
_POLL_SECONDS: Final = 0.2


class KubernetesError(RuntimeError):
    """The API refused a request.

    Attributes:
        code: the HTTP status.
        reason: the machine-readable reason, for example `AlreadyExists`.
    """

    def __init__(self, code: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason


@dataclass(frozen=True)
class ResourceType:
    """Where the objects of a kind are.

    Attributes:
        path: of the API group and version.
        plural: the name in paths.
        namespaced: whether its objects are in namespaces.
        verbs: what the API lets clients do with them.
    """

    api_version: str
    kind: str
    path: str
    plural: str
    namespaced: bool
    verbs: tuple[str, ...]

    def collection(self, namespace: str | None = None) -> str:
        """The path of all objects, or of those in a namespace."""
        inside = f"/namespaces/{namespace}" if self.namespaced and namespace else ""
        return f"{self.path}{inside}/{self.plural}"


@dataclass(frozen=True)
class Access:
    """How to reach an API server, and as whom.

    Attributes:
        server: its address.
        ca_file: the certificates that sign its own.
        token: the user's token; empty where a certificate says who it is.
        certificate: paths of the user's certificate and key.
    """

    server: str
    ca_file: str
    token: str = ""
    certificate: tuple[str, str] | None = None


class Client:
    """A client for one thread.

    It keeps its connection: a new one for each request would cost a TLS handshake.
    """

    def __init__(self, access: Access, headers: Sequence[tuple[str, str]] = ()) -> None:
        self._access, self._headers = access, [*headers]
        if access.token:
            self._headers.append(("Authorization", f"Bearer {access.token}"))
        self._impersonating: list[Client] = []
        self._types: dict[tuple[str, str], ResourceType] = {}
        context = ssl.create_default_context(cafile=access.ca_file)
        if access.certificate:
            context.load_cert_chain(*access.certificate)
        address = urllib.parse.urlsplit(access.server)
        self._connection = http.client.HTTPSConnection(
            address.hostname or "", address.port, timeout=_TIMEOUT_SECONDS, context=context
        )

    def impersonating(self, user: str, *groups: str) -> "Client":
        """A client whose requests count as those of a user in these groups."""
        as_groups = [("Impersonate-Group", group) for group in groups]
        made = Client(self._access, [("Impersonate-User", user), *as_groups])
        self._impersonating.append(made)
        return made

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        content_type: str = "application/json",
        **query: str,
    ) -> Any:
        """Sends a request and gives the answer, parsed where it is JSON.

        Raises:
            KubernetesError: the answer is an error.
        """
        target = f"{path}?{urllib.parse.urlencode(query)}" if query else path
        payload = None if body is None else json.dumps(body)
        try:
            response, text = self._send(method, target, payload, content_type)
        except (ConnectionError, ssl.SSLEOFError, http.client.HTTPException):
            # The server closed a connection that was idle: nothing of the request was read.
            self._connection.close()
            response, text = self._send(method, target, payload, content_type)
        is_json = response.getheader("Content-Type", "").startswith("application/json")
        content = json.loads(text) if is_json and text else text
        if response.status >= http.client.BAD_REQUEST:
            status = content if isinstance(content, dict) else {"message": content}
            raise KubernetesError(
                response.status, status.get("reason", ""), status.get("message", "no message")
            )
        return content

    def type_of(self, api_version: str, kind: str) -> ResourceType:
        """Where the objects of a kind are.

        Raises:
            KubernetesError: the API has no such kind; its CRD is not installed.
        """
        key = (api_version, kind)
        if key not in self._types:
            root = "/apis" if "/" in api_version else "/api"
            for each in self._resources(f"{root}/{api_version}", api_version):
                self._types[each.api_version, each.kind] = each
        if key not in self._types:
            raise KubernetesError(404, "NotFound", f"the API has no {kind} in {api_version}")
        return self._types[key]

    def types(self) -> list[ResourceType]:
        """All types of the API, each in its group's preferred version."""
        groups = self.request("GET", "/apis")["groups"]
        versions = ["v1", *(group["preferredVersion"]["groupVersion"] for group in groups)]
        return [
            each
            for version in versions
            for each in self._resources(
                f"{'/apis' if '/' in version else '/api'}/{version}", version
            )
        ]

    def get(
        self, api_version: str, kind: str, name: str, namespace: str | None = None
    ) -> Object | None:
        """An object; None where it does not exist."""
        type_ = self.type_of(api_version, kind)
        try:
            return self.request("GET", f"{type_.collection(namespace)}/{name}")
        except KubernetesError as error:
            if error.code == http.client.NOT_FOUND:
                return None
            raise

    def objects(
        self, api_version: str, kind: str, namespace: str | None = None, **query: str
    ) -> list[Object]:
        """The objects of a kind, in one namespace or in all; `labelSelector` may narrow them."""
        type_ = self.type_of(api_version, kind)
        return self.request("GET", type_.collection(namespace), **query)["items"]

    def live(self, manifest: Manifest) -> Object | None:
        """The object that a manifest describes; None where it does not exist."""
        metadata = manifest["metadata"]
        return self.get(
            manifest["apiVersion"], manifest["kind"], metadata["name"], metadata.get("namespace")
        )

    def create(self, manifest: Manifest) -> Object:
        """Creates an object, which must not exist.

        Raises:
            KubernetesError: the API refuses it.
        """
        return self.request("POST", self._collection(manifest), manifest)

    def apply(self, manifest: Manifest, *, force: bool = True) -> Object:
        """Applies a manifest on the server's side, where admission and validation see it.

        Args:
            manifest: the whole of what the field manager wants; what it no longer names is removed.
            force: whether to take over fields that others own.

        Raises:
            KubernetesError: the API refuses it.
        """
        return self.request(
            "PATCH",
            f"{self._collection(manifest)}/{manifest['metadata']['name']}",
            manifest,
            content_type="application/apply-patch+yaml",
            fieldManager=FIELD_MANAGER,
            force=str(force).lower(),
            fieldValidation="Strict",
        )

    def patch(self, manifest: Manifest, change: Any, *, subresource: str = "") -> Object:
        """Merges a change into the object that a manifest describes."""
        path = f"{self._collection(manifest)}/{manifest['metadata']['name']}"
        path += f"/{subresource}" if subresource else ""
        return self.request("PATCH", path, change, content_type="application/merge-patch+json")

    def delete(self, manifest: Manifest, *, seconds: float = 0) -> None:
        """Deletes the object that a manifest describes, if it exists.

        Args:
            manifest: names the object.
            seconds: how long to wait until it is gone, its finalizers done; 0 for no wait.

        Raises:
            TimeoutError: it still exists; the message names its finalizers.
        """
        path = f"{self._collection(manifest)}/{manifest['metadata']['name']}"
        try:
            self.request("DELETE", path, {"propagationPolicy": "Background"})
        except KubernetesError as error:
            if error.code == http.client.NOT_FOUND:
                return
            raise
        if seconds:
            self.wait_until(lambda: self.live(manifest) is None, seconds, lambda: _kept(manifest))

    def wait_until(
        self, holds: Callable[[], bool], seconds: float, problem: Callable[[], str]
    ) -> None:
        """Asks again and again whether something holds.

        Raises:
            TimeoutError: it does not in time; the message is the problem's.
        """
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                raise TimeoutError(f"after {seconds:.0f} s {problem()}")
            time.sleep(_POLL_SECONDS)

    def close(self) -> None:
        """Closes the connection, and those of the clients that impersonate others."""
        for each in (*self._impersonating, self):
            each._connection.close()

    def _collection(self, manifest: Manifest) -> str:
        type_ = self.type_of(manifest["apiVersion"], manifest["kind"])
        return type_.collection(manifest["metadata"].get("namespace"))

    def _resources(self, path: str, version: str) -> list[ResourceType]:
        try:
            listed = self.request("GET", path)["resources"]
        except KubernetesError as error:
            if error.code == http.client.NOT_FOUND:
                return []
            raise
        return [
            ResourceType(
                version, each["kind"], path, each["name"], each["namespaced"], tuple(each["verbs"])
            )
            for each in listed
            if "/" not in each["name"]
        ]

    def _send(
        self, method: str, target: str, body: str | None, content_type: str
    ) -> tuple[http.client.HTTPResponse, str]:
        self._connection.putrequest(method, target)
        self._connection.putheader("Accept", "application/json")
        for name, value in self._headers:
            self._connection.putheader(name, value)
        payload = (body or "").encode()
        if body is not None:
            self._connection.putheader("Content-Type", content_type)
            self._connection.putheader("Content-Length", str(len(payload)))
        self._connection.endheaders(payload or None)
        response = self._connection.getresponse()
        return response, response.read().decode()


def _kept(manifest: Manifest) -> str:
    return f"{manifest['kind']} {manifest['metadata']['name']} still exists"
