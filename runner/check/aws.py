"""Questions to AWS, each asked once however many checks need its answer."""

import json
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from runner.check.finding import NotCheckedError

_LIMITS: Final = Config(
    connect_timeout=5,
    read_timeout=20,
    max_pool_connections=32,
    retries={"mode": "standard", "total_max_attempts": 4},
)

_DENIED: Final = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "UnauthorizedOperation",
        "403",
    }
)

_ACTIONS: Final = {"s3:HeadBucket": "s3:ListBucket", "s3:ListBuckets": "s3:ListAllMyBuckets"}
"""Operations whose permission has another name."""

_MISSING: Final = ("NotFound", "NoSuch", "DoesNotExist", "NonExistent", "WAFNonexistentItem", "404")

_LARGE_PAGES: Final = ("iam",)
"""Services whose pages have 100 items unless more are asked for."""


class AwsReader:
    """AWS with the credentials of the environment variables; calls only read."""

    def __init__(self, region: str, session: boto3.Session | None = None) -> None:
        """Asks nothing yet.

        Args:
            region: where a call goes that names no region.
            session: default: the credentials of the environment variables.
        """
        self.region = region
        self._session = session or boto3.Session()
        self._clients: dict[tuple[str, str], Any] = {}
        self._answers: dict[str, Future[Any]] = {}
        self._making = Lock()
        self._asking = Lock()

    def call(self, service: str, operation: str, region: str | None = None, **given: Any) -> Any:
        """The answer to a call.

        Raises:
            NotCheckedError: there is none.
        """
        return self._once(
            (service, operation, region or self.region, given),
            lambda client: getattr(client, operation)(**given),
        )

    def find(self, service: str, operation: str, region: str | None = None, **given: Any) -> Any:
        """The answer to a call about one thing; None where AWS says that it does not exist.

        Raises:
            NotCheckedError: there is no answer.
        """

        def ask(client: Any) -> Any:
            try:
                return getattr(client, operation)(**given)
            except ClientError as error:
                if any(part in error.response["Error"]["Code"] for part in _MISSING):
                    return None
                raise

        return self._once((service, operation, region or self.region, given), ask)

    def pages(
        self, service: str, operation: str, key: str, region: str | None = None, **given: Any
    ) -> list[Any]:
        """The items of all pages of an answer.

        Raises:
            NotCheckedError: there is none.
        """

        def ask(client: Any) -> list[Any]:
            sizes = {"PaginationConfig": {"PageSize": 1000}} if service in _LARGE_PAGES else {}
            pages = client.get_paginator(operation).paginate(**given, **sizes)
            return [item for page in pages for item in page.get(key, ())]

        return self._once((service, operation, region or self.region, given), ask)

    def _once(
        self, question: tuple[str, str, str, dict[str, Any]], ask: Callable[[Any], Any]
    ) -> Any:
        key = json.dumps(question, sort_keys=True)
        with self._asking:
            known = self._answers.get(key)
            answer: Future[Any] = known or Future()
            self._answers[key] = answer
        if known is None:
            try:
                answer.set_result(self._ask(question, ask))
            except NotCheckedError as error:
                answer.set_exception(error)
            except BaseException as error:
                answer.set_exception(error)
                raise
        return answer.result()

    def _ask(
        self, question: tuple[str, str, str, dict[str, Any]], ask: Callable[[Any], Any]
    ) -> Any:
        service, operation, region, _ = question
        try:
            client = self._client(service, region)
            return ask(client)
        except ClientError as error:
            raise _not_checked(self._client(service, region), operation, error) from error
        except BotoCoreError as error:
            raise NotCheckedError(str(error)) from error

    def _client(self, service: str, region: str) -> Any:
        # Clients may be shared by threads, but not made by several at a time.
        with self._making:
            if (service, region) not in self._clients:
                self._clients[service, region] = self._session.client(
                    service,
                    region_name=region,
                    config=_LIMITS,
                )
            return self._clients[service, region]


def _not_checked(client: Any, operation: str, error: ClientError) -> NotCheckedError:
    meta = client.meta
    name = f"{meta.service_model.signing_name}:{meta.method_to_api_mapping[operation]}"
    action = _ACTIONS.get(name, name)
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    if code in _DENIED:
        allow = f"Allow {action}, and check again."
        return NotCheckedError(f"{code}, needs {action}", allow, denied=True)
    return NotCheckedError(f"{action}: {code}: {message}")
