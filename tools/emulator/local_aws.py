"""The handle of a running emulator, as tests, the demonstration and people use it."""

from __future__ import annotations

import json
import re
import urllib.request
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore.config import Config

from tools.emulator import inventory
from tools.emulator.environment import ZONE_REFERENCE, emulator_variables, process_variables
from tools.emulator.process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

DEFAULT_ACCOUNT = "123456789012"
DEFAULT_REGIONS = ("us-east-1",)

# On loopback no request is lost and no proxy is needed, and an injected fault has to reach the
# test that injected it.
_DIRECT = Config(retries={"total_max_attempts": 1}, proxies={})
_ACCOUNT = re.compile(r"\d{12}")
_RESET_SECONDS = 60.0


class LocalAws:
    """One emulated AWS account, reachable on a loopback address.

    Attributes:
        account: The twelve-digit account id that every answer carries.
        endpoint: The address, for example ``http://127.0.0.1:41723``.
    """

    def __init__(self, account: str, server: ServerProcess) -> None:
        self.account = account
        self.endpoint = server.endpoint
        self._server = server
        self._session = _isolated_session()
        self._clients: dict[tuple[str, str], Any] = {}

    @property
    def environment(self) -> dict[str, str]:
        """The variables to add to an environment so that it talks to the emulator."""
        return emulator_variables(self.endpoint)

    def process_environment(self, inherited: Mapping[str, str] | None = None) -> dict[str, str]:
        """Returns a whole environment for a child process, without the user's own AWS settings.

        Returns:
            A new dictionary for ``subprocess.run(env=...)``.
        """
        return process_variables(self.endpoint, inherited)

    def client(self, service: str, region: str = "us-east-1") -> Any:
        """Creates a boto3 client that can only talk to the emulator.

        Returns:
            The boto3 client.
        """
        known = self._clients.get((service, region))
        if known is None:
            known = self._session.client(
                service,
                region_name=region,
                endpoint_url=self.endpoint,
                aws_access_key_id="test",
                aws_secret_access_key="test",  # noqa: S106 - the emulator checks no credentials
                config=_DIRECT,
            )
            self._clients[service, region] = known
        return known

    def inventory(self, regions: Sequence[str] = DEFAULT_REGIONS) -> list[str]:
        """Lists what was made in the account and is still there.

        Returns:
            Sorted ``service:type:id`` strings. What a fresh account has (default VPCs, AWS
            managed keys and policies) is left out, so an empty list means that nothing is left.
        """
        found = inventory.collect(self.client, self.account, regions)
        # Requested last: moto makes the default VPC of a region when the region is first touched.
        fresh = frozenset(self._control("GET", "fresh"))
        return sorted(f"{kind}:{identity}" for kind, identity in found if identity not in fresh)

    def make_hosted_zone(self, zone_id: str, name: str) -> None:
        """Makes a Route 53 zone with a given id, as an environment's file names it."""
        reference = f"{ZONE_REFERENCE}{zone_id}"
        self.client("route53").create_hosted_zone(Name=name, CallerReference=reference)

    def reset(self) -> None:
        """Empties the account and forgets ordered faults, recorded calls and failures."""
        self._control("POST", "reset")

    def inject(
        self,
        service: str,
        action: str,
        code: str,
        *,
        status: int = 400,
        times: int = 1,
        message: str = "",
    ) -> None:
        """Causes the next calls of an action to fail.

        Raises:
            ValueError: The service has no such action, or cannot be made to fail.
        """
        operations = self.client(service).meta.service_model.operation_names
        if service == "s3" or action not in operations:
            raise ValueError(f"No fault can be injected into {service} {action}")
        fault = {
            "service": service,
            "action": action,
            "code": code,
            "status": status,
            "times": times,
            "message": message or f"Injected {code}",
        }
        self._control("POST", "faults", fault)

    def faults(self) -> list[dict[str, Any]]:
        """Lists the ordered faults that have not come yet."""
        return self._control("GET", "faults")

    def clear_faults(self) -> None:
        """Forgets every ordered fault."""
        self._control("DELETE", "faults")

    def calls(self) -> list[str]:
        """Lists the kinds of calls since the last reset.

        Returns:
            Sorted ``service:action`` strings, each once; for S3 the method, and whether it is for
            the account, a bucket or an object.
        """
        return self._control("GET", "calls")

    def failures(self) -> list[dict[str, str]]:
        """Lists the calls that the emulator could not answer as AWS would, since the last reset.

        Returns:
            One record per call: ``service``, ``action``, ``message`` and ``trace``.
        """
        return self._control("GET", "failures")

    def record_requests(self) -> None:
        """Forgets the recorded requests and records those that follow."""
        self._control("POST", "requests")

    def recorded_requests(self) -> list[dict[str, Any]]:
        """Stops recording.

        Returns:
            One record per request since `record_requests`: ``service``, ``action`` (for S3 the
            method), ``region``, ``agent``, ``parameters``, and ``tags`` of the named resources.
        """
        return self._control("DELETE", "requests")

    def stop(self) -> None:
        """Ends the server and, with it, everything that was made."""
        self._server.stop()

    def _control(self, method: str, route: str, body: Any = None) -> Any:
        request = urllib.request.Request(  # noqa: S310 - always the loopback address of the child
            f"{self.endpoint}/_emulator/{route}", json.dumps(body).encode(), method=method
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=_RESET_SECONDS) as answer:
            return json.load(answer)


@contextmanager
def start(account: str = DEFAULT_ACCOUNT, port: int = 0) -> Iterator[LocalAws]:
    """Runs an emulator for as long as the ``with`` block lasts.

    Yields:
        The handle of the running emulator.

    Raises:
        ValueError: The account id does not have twelve digits.
        EmulatorStartError: The server could not start, for example on a port in use.
    """
    if not _ACCOUNT.fullmatch(account):
        raise ValueError(f"An AWS account id has twelve digits, not {account!r}")
    server = ServerProcess(account, port)
    try:
        yield LocalAws(account, server)
    finally:
        server.stop()


@cache
def _isolated_session() -> boto3.Session:
    """A session that reads neither the user's environment nor the user's files."""
    ignored = (None, None, None, None)
    names = ("profile", "region", "config_file", "credentials_file", "endpoint_url", "ca_bundle")
    session = botocore.session.Session(session_vars=dict.fromkeys(names, ignored))
    return boto3.Session(botocore_session=session)
