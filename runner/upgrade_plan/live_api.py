"""Reads the Kubernetes API of a kubeconfig: objects, the API versions that it serves, metrics."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from runner.check.finding import NotCheckedError
from runner.errors import RunnerError

if TYPE_CHECKING:
    from kubernetes.client import ApiClient

PAGE: Final = 500
"""Objects of an answer."""

_TIMEOUT: Final = (5, 60)
_NOT_FOUND: Final = 404
_REFUSED: Final = (401, 403)


@dataclass(frozen=True)
class Served:
    """A kind that the API serves, in the version that it prefers."""

    group: str
    version: str
    kind: str
    plural: str

    @property
    def path(self) -> str:
        """The path of its objects in all namespaces."""
        root = f"/apis/{self.group}" if self.group else "/api"
        return f"{root}/{self.version}/{self.plural}"


class LiveApi:
    """The API of one cluster; requests only read."""

    def __init__(self, client: ApiClient) -> None:
        """Asks nothing yet."""
        self._client = client
        self.server: str = client.configuration.host

    @classmethod
    def of_kubeconfig(cls, paths: str, context: str | None = None) -> LiveApi:
        """The API of the current context of a kubeconfig.

        Args:
            paths: a path, or several with the separator of KUBECONFIG.
            context: another context.

        Raises:
            RunnerError: it is no kubeconfig.
        """
        # It takes half a second to import, which a plan without a cluster saves.
        from kubernetes.client import Configuration  # noqa: PLC0415
        from kubernetes.config import ConfigException, load_kube_config  # noqa: PLC0415

        configuration: Any = Configuration()
        try:
            load_kube_config(paths, context, configuration, persist_config=False)
        except (ConfigException, OSError, ValueError, TypeError) as error:
            raise RunnerError(f"{paths} is no kubeconfig that can be used: {error}", 2) from error
        from kubernetes.client import ApiClient  # noqa: PLC0415

        configuration.retries = 1
        return cls(ApiClient(configuration))

    def version(self) -> str:
        """The minor of the API server.

        Raises:
            NotCheckedError: it does not answer.
        """
        found: dict[str, str] = self.get("/version") or {}
        return f"{found.get('major', '')}.{found.get('minor', '').rstrip('+')}"

    def get(self, path: str, **query: str) -> Any:
        """The answer to a request; None where the API has no such path.

        Raises:
            NotCheckedError: there is none.
        """
        text = self.text(path, **query)
        return None if text is None else json.loads(text)

    def text(self, path: str, **query: str) -> str | None:
        """The answer as text; as `get`."""
        from kubernetes.client import ApiException  # noqa: PLC0415
        from urllib3.exceptions import HTTPError  # noqa: PLC0415

        try:
            response: Any = self._client.call_api(
                path,
                "GET",
                query_params=list(query.items()),
                header_params={"Accept": "application/json, text/plain"},
                auth_settings=["BearerToken"],
                _preload_content=False,
                _request_timeout=_TIMEOUT,
            )
        except ApiException as error:
            if error.status == _NOT_FOUND:
                return None
            action = "Allow it in a ClusterRole." if error.status in _REFUSED else ""
            raise NotCheckedError(
                f"GET {path}: {error.status} {error.reason}", action, denied=bool(action)
            ) from error
        except HTTPError as error:
            raise NotCheckedError(str(getattr(error, "reason", None) or error)) from error
        response = response[0] if isinstance(response, tuple) else response
        return response.data.decode()

    def served(self) -> list[Served]:
        """The kinds that it serves and lists, each in the version that it prefers."""
        groups = (self.get("/apis") or {}).get("groups", ())
        preferred = ((each["name"], each["preferredVersion"]["version"]) for each in groups)
        versions = [("", "v1"), *preferred]
        return [each for group, version in versions for each in self._kinds(group, version)]

    def _kinds(self, group: str, version: str) -> Iterator[Served]:
        root = f"/apis/{group}" if group else "/api"
        try:
            found = self.get(f"{root}/{version}") or {}
        except NotCheckedError:
            # An extension API server that is away has no objects of the API server.
            return
        for each in found.get("resources", ()):
            if "/" not in each["name"] and "list" in each["verbs"]:
                yield Served(group, version, each["kind"], each["name"])

    def objects(self, path: str) -> list[dict[str, Any]]:
        """All objects of a path, in pages; none where the API has no such kind."""
        found: list[dict[str, Any]] = []
        query = {"limit": str(PAGE)}
        while True:
            answer = self.get(path, **query)
            if answer is None:
                return found
            found += answer["items"]
            following = (answer.get("metadata") or {}).get("continue")
            if not following:
                return found
            query["continue"] = following
