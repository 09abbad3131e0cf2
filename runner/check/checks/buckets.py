"""Whether the names of the buckets are free: they are unique in all of AWS."""

from collections.abc import Iterator

from runner.check.checks.taken import FREE, taken
from runner.check.context import CheckContext
from runner.check.finding import Finding, NotCheckedError, each
from runner.check.needs import Resource
from runner.check.ours import Tags, tags_of

_RENAME = "Give the environment another `name`, or the bucket another name where a setting has it."


def find(context: CheckContext) -> Iterator[Finding]:
    """Looks at each bucket."""
    buckets = [each for each in context.needs.of("aws_s3_bucket") if each.literal("bucket")]
    yield from each(buckets, _subject, lambda bucket: _bucket(context, bucket))


def _subject(bucket: Resource) -> str:
    return f"bucket {bucket.attributes['bucket']}"


def _bucket(context: CheckContext, bucket: Resource) -> Iterator[Finding]:
    name, subject = bucket.attributes["bucket"], _subject(bucket)
    own = {each["Name"] for each in context.aws.call("s3", "list_buckets")["Buckets"]}
    if name in own:
        yield taken(context, bucket, subject, name, _tags(context, bucket, name), action=_RENAME)
        return
    # S3 answers 403 for a bucket of another account, whatever the permissions there.
    try:
        exists = context.aws.find("s3", "head_bucket", bucket.region, Bucket=name) is not None
    except NotCheckedError as error:
        if not error.denied:
            raise
        exists = True
    if exists:
        yield Finding("error", subject, "another account has it", FREE, _RENAME)
    else:
        yield Finding("ok", subject, "is free", FREE)


def _tags(context: CheckContext, bucket: Resource, name: str) -> Tags:
    found = context.aws.find("s3", "get_bucket_tagging", bucket.region, Bucket=name)
    return tags_of(found["TagSet"]) if found else {}
