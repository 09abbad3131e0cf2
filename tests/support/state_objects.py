"""Hand-made stacks, and states of theirs in a bucket, for what needs no Terraform."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from runner.manifest import Stack, read_manifest
from tools.emulator import LocalAws

BUCKET: Final = "dev-tfstate-123456789012-eu-west-1"
REGION: Final = "eu-west-1"
TAGS: Final = {"environment": "dev", "managed-by": "eks-platform"}

DEPENDENCIES: Final[dict[str, list[str]]] = {
    "state": [],
    "network": ["state"],
    "edge": ["state", "network"],
    "cluster": ["edge", "network", "state"],
}


def backend(stack: str, lock: str = "dynamodb", environment: str = "dev") -> dict[str, Any]:
    """The S3 backend of a stack; all environments share one bucket."""
    table = {} if lock == "s3" else {"dynamodb_table": "dev-tfstate-lock"}
    lockfile = {} if lock == "dynamodb" else {"use_lockfile": True}
    return {
        "allowed_account_ids": ["123456789012"],
        "bucket": BUCKET,
        "encrypt": True,
        "key": f"{environment}/{stack}.tfstate",
        "kms_key_id": f"arn:aws:kms:{REGION}:123456789012:alias/dev-tfstate",
        "region": REGION,
        **table,
        **lockfile,
    }


def write_stacks(
    outdir: Path,
    lock: str = "dynamodb",
    of: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
) -> list[Stack]:
    """Writes stacks without resources, as a synthesis would, and reads them back.

    Args:
        of: the stacks of each environment, by their short name, with the names of those that they
            depend on; default: those of dev.
    """
    entries: dict[str, Any] = {}
    for environment, stacks in (of or {"dev": DEPENDENCIES}).items():
        for short, dependencies in stacks.items():
            name = f"{environment}-{short}"
            folder = outdir / "stacks" / name
            folder.mkdir(parents=True)
            tags = TAGS | {"environment": environment}
            document = {
                "terraform": {"backend": {"s3": backend(short, lock, environment)}},
                "provider": {"aws": [{"region": REGION, "default_tags": [{"tags": tags}]}]},
            }
            (folder / "cdk.tf.json").write_text(json.dumps(document))
            entries[name] = {
                "workingDirectory": f"stacks/{name}",
                "dependencies": [
                    f"{environment}-{each}" if each in stacks else each for each in dependencies
                ],
            }
    (outdir / "manifest.json").write_text(json.dumps({"stacks": entries}))
    return read_manifest(outdir)


def state_text(lineage: str = "one", serial: int = 1, resources: int = 1) -> str:
    """A state with a number of resources."""
    made = [
        {
            "mode": "managed",
            "type": "terraform_data",
            "name": f"made_{number}",
            "instances": [{"attributes": {"id": str(number)}}],
        }
        for number in range(resources)
    ]
    document = {"lineage": lineage, "serial": serial, "outputs": {}, "resources": made}
    return json.dumps(document)


def make_bucket(aws: LocalAws, name: str = BUCKET, **tags: str) -> Any:
    """Makes a bucket; gives the S3 client."""
    s3 = aws.client("s3", REGION)
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    if tags:
        pairs = [{"Key": key.replace("_", "-"), "Value": value} for key, value in tags.items()]
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": pairs})
    return s3


def applied(aws: LocalAws, *stacks: str, resources: int = 1, environment: str = "dev") -> None:
    """Puts states of stacks into the bucket."""
    s3 = aws.client("s3", REGION)
    for stack in stacks:
        body = state_text(lineage=stack, resources=resources).encode()
        s3.put_object(Bucket=BUCKET, Key=f"{environment}/{stack}.tfstate", Body=body)
