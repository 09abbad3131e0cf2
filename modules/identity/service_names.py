"""Names of AWS services in policies that depend on region or partition."""

from typing import Final

CHINA: Final = "aws-cn"


def logs_service(partition: str, region: str) -> str:
    """The service principal of CloudWatch Logs, which has both region and URL suffix.

    Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html and
    https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/region-info/lib/default.ts
    """
    return f"logs.{region}.{_suffix(partition)}"


def via_services(partition: str, region: str, *services: str) -> list[str]:
    """Values of `kms:ViaService`.

    AWS documents them with `amazonaws.com` only, also for China, although the services there have
    names in `amazonaws.com.cn`. So both are used there: KMS sets the value itself, and both names
    belong to AWS.

    Args:
        services: for example `s3`.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
    """
    suffixes = dict.fromkeys(("amazonaws.com", _suffix(partition)))
    return [f"{service}.{region}.{suffix}" for service in services for suffix in suffixes]


def endpoint(partition: str, region: str, service: str) -> str:
    """The host name of a service, for example `s3`, in a region."""
    return f"{service}.{region}.{_suffix(partition)}"


def _suffix(partition: str) -> str:
    return "amazonaws.com.cn" if partition == CHINA else "amazonaws.com"
