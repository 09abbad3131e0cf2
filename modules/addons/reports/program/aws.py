"""Stores files in S3 with the role of the pod.

A bucket's default encryption and its policy do the rest. The image has no SDK of AWS, and two
requests need none: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

TIMEOUT_SECONDS: Final = 30
ATTEMPTS: Final = 4
SERVER_ERROR: Final = 500
TOO_MANY: Final = 429

STS: Final = "{https://sts.amazonaws.com/doc/2011-06-15/}"


class StorageError(Exception):
    """AWS refused, or did not answer; the message says what it said."""


@dataclass(frozen=True)
class Credentials:
    """Credentials of a role; the token is empty for those of a user."""

    key: str
    secret: str
    token: str = ""


def credentials(sts: str) -> Credentials:
    """The credentials that EKS gives the pod: by Pod Identity, by IRSA, or in its environment.

    Args:
        sts: address of STS in the region.

    Raises:
        StorageError: there are none.

    Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
    """
    uri, token_file = (
        os.environ.get(f"AWS_{name}", "")
        for name in ("CONTAINER_CREDENTIALS_FULL_URI", "WEB_IDENTITY_TOKEN_FILE")
    )
    if uri:
        token = Path(os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]).read_text().strip()
        found = json.loads(_send(urllib.request.Request(uri, headers={"Authorization": token})))  # noqa: S310
        return Credentials(found["AccessKeyId"], found["SecretAccessKey"], found["Token"])
    if token_file:
        return _assumed(sts, os.environ["AWS_ROLE_ARN"], Path(token_file).read_text().strip())
    key, secret, token = (
        os.environ.get(f"AWS_{name}", "")
        for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN")
    )
    if not key:
        raise StorageError("the pod has no credentials: its service account has no role")
    return Credentials(key, secret, token)


def _assumed(sts: str, role: str, token: str) -> Credentials:
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html."""
    body = urllib.parse.urlencode(
        {
            "Action": "AssumeRoleWithWebIdentity",
            "Version": "2011-06-15",
            "RoleArn": role,
            "RoleSessionName": "reports",
            "WebIdentityToken": token,
        }
    ).encode()
    answer = ET.fromstring(_send(urllib.request.Request(sts, body)))  # noqa: S310, S314 -- of AWS
    parts = (
        answer.findtext(f".//{STS}{name}") or ""
        for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")
    )
    return Credentials(*parts)


@dataclass(frozen=True)
class Bucket:
    """A bucket.

    Attributes:
        address: address of S3 in the region.
        region: the region.
        name: its name.
        role: the credentials.
    """

    address: str
    region: str
    name: str
    role: Credentials

    def put(self, path: str, content: bytes, content_type: str) -> None:
        """Stores a file.

        Raises:
            StorageError: S3 refused, or did not answer.
        """
        url = f"{self.address}/{self.name}/{urllib.parse.quote(path)}"
        headers = signed(
            "PUT", url, self.region, self.role, content, {"content-type": content_type}
        )
        _send(urllib.request.Request(url, content, headers, method="PUT"))  # noqa: S310


def signed(
    method: str,
    url: str,
    region: str,
    role: Credentials,
    content: bytes,
    headers: Mapping[str, str],
    now: datetime | None = None,
) -> dict[str, str]:
    """The headers of a request to S3, with its signature of version 4."""
    moment = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    parts = urllib.parse.urlsplit(url)
    digest = hashlib.sha256(content).hexdigest()
    made = {
        **headers,
        "host": parts.netloc,
        "x-amz-content-sha256": digest,
        "x-amz-date": moment,
        **({"x-amz-security-token": role.token} if role.token else {}),
    }
    names = ";".join(sorted(made))
    lines = "".join(f"{name}:{made[name]}\n" for name in sorted(made))
    request = "\n".join([method, parts.path, parts.query, lines, names, digest])
    scope = f"{moment[:8]}/{region}/s3/aws4_request"
    hashed = hashlib.sha256(request.encode()).hexdigest()
    to_sign = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashed}"
    key = f"AWS4{role.secret}".encode()
    for each in scope.split("/"):
        key = hmac.digest(key, each.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    made["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={role.key}/{scope}, SignedHeaders={names}, "
        f"Signature={signature}"
    )
    return made


def _send(request: urllib.request.Request) -> bytes:
    """The answer; a request that AWS cannot serve now is repeated."""
    problem = ""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310
                return response.read()
        except urllib.error.HTTPError as error:
            problem = f"HTTP {error.code}: {error.read()[:500].decode(errors='replace')}"
            if error.code < SERVER_ERROR and error.code != TOO_MANY:
                raise StorageError(f"{request.host}: {problem}") from error
        except OSError as error:
            problem = str(error)
        if attempt < ATTEMPTS:
            time.sleep(2**attempt)
    raise StorageError(f"{request.host}: {problem}")
