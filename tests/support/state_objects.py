"""Hand-made stacks, and states of theirs in a bucket, for what needs no Terraform."""

import json
from pathlib import Path
from typing import Any, Final

from runner.manifest import Stack, read_manifest
from tools.emulator import LocalAws

BUCKET: Final = "dev-tfstate-123456789012-eu-west-1"
REGION: Final = "eu-west-1"
TAGS: Final = {"environment": "dev", "managed-by": "eks-platform"}

DEPENDENCIES: Final[dict[str, list[str]]] = {
    "state": [],
    "network": ["dev-state"],
    "edge": ["dev-state", "dev-network"],
    "cluster": ["dev-edge", "dev-network", "dev-state"],
}


def backend(stack: str, lock: str = "dynamodb") -> dict[str, Any]:
    """The S3 backend of a stack of dev."""
    table = {} if lock == "s3" else {"dynamodb_table": "dev-tfstate-lock"}
    lockfile = {} if lock == "dynamodb" else {"use_lockfile": True}
    return {
        "allowed_account_ids": ["123456789012"],
        "bucket": BUCKET,
        "encrypt": True,
        "key": f"dev/{stack}.tfstate",
        "kms_key_id": f"arn:aws:kms:{REGION}:123456789012:alias/dev-tfstate",
        "region": REGION,
        **table,
        **lockfile,
    }


def write_stacks(outdir: Path, lock: str = "dynamodb") -> list[Stack]:
    """Writes stacks without resources, as a synthesis would, and reads them back."""
    entries: dict[str, Any] = {}
    for short, dependencies in DEPENDENCIES.items():
        folder = outdir / "stacks" / f"dev-{short}"
        folder.mkdir(parents=True)
        document = {
            "terraform": {"backend": {"s3": backend(short, lock)}},
            "provider": {"aws": [{"region": REGION, "default_tags": [{"tags": TAGS}]}]},
        }
        (folder / "cdk.tf.json").write_text(json.dumps(document))
        entries[f"dev-{short}"] = {
            "workingDirectory": f"stacks/dev-{short}",
            "dependencies": dependencies,
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


def applied(aws: LocalAws, *stacks: str, resources: int = 1) -> None:
    """Puts states of stacks into the bucket."""
    s3 = aws.client("s3", REGION)
    for stack in stacks:
        body = state_text(lineage=stack, resources=resources).encode()
        s3.put_object(Bucket=BUCKET, Key=f"dev/{stack}.tfstate", Body=body)
