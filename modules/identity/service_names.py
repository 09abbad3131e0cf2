"""Names under which AWS services appear in policies, where they depend on region or partition."""

from typing import Final

CHINA: Final = "aws-cn"


def logs_service(partition: str, region: str) -> str:
    """The service principal of CloudWatch Logs, the one with both region and URL suffix.

    Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html and
    https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/region-info/lib/default.ts
    """
    return f"logs.{region}.{_suffix(partition)}"


def via_services(partition: str, region: str, *services: str) -> list[str]:
    """Values of `kms:ViaService`: the services through which a key may be used.

    AWS documents them with `amazonaws.com` only. Its guides for China repeat that, whereas China's
    services answer under `amazonaws.com.cn`. So both are named there: KMS sets the value itself,
    and neither name is anybody else's.

    Args:
        services: for example `s3`.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
    """
    suffixes = dict.fromkeys(("amazonaws.com", _suffix(partition)))
    return [f"{service}.{region}.{suffix}" for service in services for suffix in suffixes]


def _suffix(partition: str) -> str:
    return "amazonaws.com.cn" if partition == CHINA else "amazonaws.com"
