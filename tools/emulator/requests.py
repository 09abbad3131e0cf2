"""The requests that were answered, while a test records them: who asked for what, about which tags.

A request is kept as IAM would see it: the operation and its parameters, and the tags that the
resources which it names had at that time. Nothing is kept unless recording was started.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from moto.core.responses import BaseResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.core.request import Request

_recorded: list[dict[str, Any]] | None = None

_EC2_ID = re.compile(r"[a-z]+(?:-[a-z]+)*-[0-9a-f]{8,17}")


def start() -> None:
    """Forgets all requests and records those that follow."""
    global _recorded  # noqa: PLW0603 - the server is one process with one record
    _recorded = []


def stop() -> list[dict[str, Any]]:
    """Returns the requests since the start, and records no more."""
    global _recorded
    found, _recorded = _recorded or [], None
    return found


def record(response: BaseResponse, action: str, request: Request) -> None:
    """Records a request of any service but S3.

    Args:
        response: moto's response, after it has read the request.
        action: the operation, as the service's API names it.
        request: the request.
    """
    if _recorded is None:
        return
    service = str(response.boto3_service_name)
    parameters = _parameters(response, request)
    _recorded.append(
        {
            "service": service,
            "action": action,
            "region": response.region,
            "agent": request.headers.get("User-Agent", ""),
            "parameters": parameters,
            "tags": _tags(service, response, parameters),
        }
    )


def record_s3(response: BaseResponse, request: Request, bucket: str | None) -> None:
    """Records a request of S3, which has no actions in its protocol.

    Its parameters are `Bucket`, `Key`, and each name of the query with its value.
    """
    if _recorded is None:
        return
    path = unquote(response.parsed_url.path).strip("/")
    key = path.removeprefix(bucket or "").strip("/")
    query = dict(parse_qsl(response.parsed_url.query, keep_blank_values=True))
    _recorded.append(
        {
            "service": "s3",
            "action": request.method,
            "region": response.region,
            "agent": request.headers.get("User-Agent", ""),
            "parameters": {"Bucket": bucket or "", "Key": key, "Query": query},
            "tags": {},
        }
    )


def _parameters(response: BaseResponse, request: Request) -> dict[str, Any]:
    """The parameters by their names in the API."""
    given, map_type = getattr(response, "params", None), response.PROTOCOL_PARSER_MAP_TYPE
    # Some services of moto want other names than those of the API.
    response.PROTOCOL_PARSER_MAP_TYPE = dict
    response.parse_parameters(request)
    found = _plain(response.params)
    response.params, response.PROTOCOL_PARSER_MAP_TYPE = given, map_type
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items() if each is not None}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, bool | int | float | str) else str(value)


def texts(value: Any) -> Iterator[str]:
    """Every text in the parameters of a request."""
    if isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, str):
        yield value


def _tags(service: str, response: Any, parameters: Any) -> dict[str, dict[str, str]]:
    """The tags of the resources that are named, by the id or ARN that names them."""
    tags_of = _TAGS.get(service)
    named = sorted(set(texts(parameters))) if tags_of else []
    found = {each: tags_of(response, each) for each in named} if tags_of else {}
    return {each: tags for each, tags in found.items() if tags}


def _of_ec2(response: Any, id_: str) -> dict[str, str]:
    """The tags of a resource; of an association, those of what is associated."""
    if not _EC2_ID.fullmatch(id_):
        return {}
    backend = response.ec2_backend
    if id_.startswith("rtbassoc-"):
        tables = backend.route_tables.values()
        id_ = next((each.id for each in tables if id_ in each.all_associations_ids), id_)
    elif id_.startswith("eipassoc-"):
        addresses = backend.addresses
        id_ = next((each.id for each in addresses if each.association_id == id_), id_)
    return dict(backend.tags.get(id_, {}))


def _of_kms(response: Any, key: str) -> dict[str, str]:
    return response.kms_backend.tagger.get_tag_dict_for_resource(key.rpartition("key/")[2])


def _of_efs(response: Any, id_: str) -> dict[str, str]:
    backend = response.efs_backend
    if target := backend.mount_targets_by_id.get(id_):
        id_ = target.file_system_id
    if id_ not in backend.file_systems_by_id:
        return {}
    return {tag["Key"]: tag["Value"] for tag in backend.list_tags_for_resource(id_)}


def _of_acm(response: Any, arn: str) -> dict[str, str]:
    certificate = response.acm_backend._certificates.get(arn)
    return dict(certificate.tags) if certificate else {}


def _of_backup(response: Any, id_: str) -> dict[str, str]:
    backend = response.backup_backend
    plan = backend.plans.get(id_.rpartition("backup-plan:")[2])
    return backend.tagger.get_tag_dict_for_resource(plan.backup_plan_arn) if plan else {}


_TAGS = {"acm": _of_acm, "backup": _of_backup, "ec2": _of_ec2, "efs": _of_efs, "kms": _of_kms}
