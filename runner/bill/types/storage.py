"""Buckets, file systems, logs, secrets, and the volumes of the platform's pods."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from config.types.quantity import QuantityError, quantity
from runner.bill.lines import Item
from runner.bill.resource import BilledResource
from runner.bill.use import Use

THOUSAND: Final = 1000
GIB: Final = 2**30

MONTH_DAYS: Final = 30
FOREVER_MONTHS: Final = 12
"""Months of logs that a group without an end is counted with."""

VENDED: Final = ("/aws/", "aws-waf-logs-")
"""How the names of log groups begin that AWS services write to at the price of vended logs.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html"""


def bucket(resource: BilledResource, use: Use) -> Iterator[Item]:
    """What is stored in a bucket, and the requests that write."""
    own = use.bill.buckets.get(resource.name)
    name = "bucket_gb" if own is None else f"buckets.{resource.name}"
    size = use.stored(use.bill.bucket_gb if own is None else own)
    yield Item("objects", "s3.standard_gb_month", size, name)
    writes = use.assumed("bucket_writes") / THOUSAND
    yield Item("requests that write", "s3.put_1000", writes, "bucket_writes")


def file_system(resource: BilledResource, use: Use) -> Iterator[Item]:
    """What is stored, all of it in the standard class, and throughput."""
    size = use.stored(use.bill.shared_files_gb)
    yield Item("files", "efs.standard_gib_month", size, "shared_files_gb")
    match resource.body.get("throughput_mode"):
        case "elastic":
            for what, price, name in (
                ("read", "efs.elastic_read_gb", "shared_files_read_gb"),
                ("written", "efs.elastic_write_gb", "shared_files_written_gb"),
            ):
                yield Item(what, price, use.assumed(name), name)
        case "provisioned":
            throughput = Decimal(resource.body["provisioned_throughput_in_mibps"])
            yield Item("throughput", "efs.provisioned_mibps_month", throughput)
        case _:
            return


def backup_policy(resource: BilledResource, use: Use) -> Iterator[Item]:
    """Automatic backups of a file system, in the vault that AWS makes for them."""
    if any(each.get("status") == "ENABLED" for each in resource.blocks("backup_policy")):
        size = use.stored(use.bill.backup_gb)
        yield Item("backups of files", "backup.efs_warm_gb_month", size, "backup_gb")


def log_group(resource: BilledResource, use: Use) -> Iterator[Item]:
    """What arrives, and what is stored of it until it is deleted."""
    assumed, price = _logs(resource)
    arriving = use.assumed(assumed)
    yield Item("logs received", price, arriving, assumed)
    days = resource.body.get("retention_in_days")
    months = Decimal(days) / MONTH_DAYS if days else Decimal(FOREVER_MONTHS)
    stored = arriving * months * use.bill.log_size_percent / 100
    yield Item("logs stored", "cloudwatch.logs_storage_gb_month", stored, assumed)


def _logs(group: BilledResource) -> tuple[str, str]:
    name = str(group.body.get("name", ""))
    if group.name == "container_logs_group":
        infrequent = group.body.get("log_group_class") == "INFREQUENT_ACCESS"
        key = "logs_ingest_ia_gb" if infrequent else "logs_ingest_gb"
        return "container_logs_gb", f"cloudwatch.{key}"
    vended = "vended_logs_cloudwatch_gb" if name.startswith(VENDED) else "logs_ingest_gb"
    by_name = {"/aws/eks/": "control_plane_logs_gb", "/aws/vpc/": "flow_logs_gb"}
    prefixes = (assumed for prefix, assumed in by_name.items() if name.startswith(prefix))
    return next(prefixes, "other_logs_gb"), f"cloudwatch.{vended}"


def secret(resource: BilledResource, _use: Use) -> Iterator[Item]:
    """A secret, and each copy of it in another region."""
    number = 1 + len(resource.blocks("replica"))
    yield Item("secret and copies", "secrets_manager.secret_month", Decimal(number))


def release(resource: BilledResource, _use: Use) -> Iterator[Item]:
    """The volumes that the pods of a chart claim by its values, at the storage class `gp3`."""
    values = [json.loads(each) for each in resource.blocks("values")]
    size = sum((_claimed(each) for each in values), Decimal(0))
    if size:
        yield Item("gp3 volumes", "ebs.gp3_gib_month", size)


def _claimed(values: Any, number: int = 1) -> Decimal:
    """GiB of the volumes that charts' values claim.

    They are written as `volumeClaimTemplate(s)`, as StatefulSets and operators have them, or as
    `persistence` with a size. `replicas` or `count` beside them, or above, is their number.
    """
    if isinstance(values, list):
        return sum((_claimed(each, number) for each in values), Decimal(0))
    if not isinstance(values, Mapping):
        return Decimal(0)
    own = values.get("replicas", values.get("count"))
    number = own if isinstance(own, int) else number
    found = Decimal(0)
    for key, value in values.items():
        if key in {"volumeClaimTemplate", "volumeClaimTemplates"}:
            claims = value if isinstance(value, list) else [value]
            found += sum((_size(each.get("spec", {})) for each in claims), Decimal(0)) * number
        elif key == "persistence" and isinstance(value, Mapping):
            size = value.get("size") if value.get("enabled", True) else None
            found += _gib(size or 0) * number
        else:
            found += _claimed(value, number)
    return found


def _size(claim: Mapping[str, Any]) -> Decimal:
    return _gib(claim.get("resources", {}).get("requests", {}).get("storage", 0))


def _gib(size: str | int) -> Decimal:
    try:
        return quantity(size) / GIB
    except QuantityError:
        return Decimal(0)
