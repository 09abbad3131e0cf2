"""What IAM would check for a recorded request of S3, by its method and its query.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from collections.abc import Mapping
from typing import Any, Final

from support.iam_evaluator import Check, Values

SUBRESOURCES: Final = {
    "accelerate": "AccelerateConfiguration",
    "acl": "BucketAcl",
    "cors": "BucketCORS",
    "encryption": "EncryptionConfiguration",
    "lifecycle": "LifecycleConfiguration",
    "location": "BucketLocation",
    "logging": "BucketLogging",
    "notification": "BucketNotification",
    "object-lock": "BucketObjectLockConfiguration",
    "ownershipControls": "BucketOwnershipControls",
    "policy": "BucketPolicy",
    "publicAccessBlock": "BucketPublicAccessBlock",
    "replication": "ReplicationConfiguration",
    "requestPayment": "BucketRequestPayment",
    "tagging": "BucketTagging",
    "versioning": "BucketVersioning",
    "website": "BucketWebsite",
}
"""What is read and written by Get... and Put..., by its name in the query."""

OBJECTS: Final = {
    "DELETE": "DeleteObject",
    "GET": "GetObject",
    "HEAD": "GetObject",
    "PUT": "PutObject",
}


def s3_checks(request: Mapping[str, Any]) -> list[Check]:
    """What IAM would check.

    Raises:
        LookupError: the request is one that is not known here.
    """
    parameters, method = request["parameters"], request["action"]
    query: Mapping[str, str] = parameters["Query"]
    bucket = f"arn:aws:s3:::{parameters['Bucket']}"
    if parameters["Key"]:
        return [Check(f"s3:{OBJECTS[method]}", f"{bucket}/{parameters['Key']}")]
    for name, what in SUBRESOURCES.items():
        if name in query:
            verb = "Get" if method == "GET" else "Put"
            # Only these have an action of their own for their end.
            if method == "DELETE" and what in ("BucketPolicy", "BucketWebsite"):
                verb = "Delete"
            return [Check(f"s3:{verb}{what}", bucket)]
    if "delete" in query:
        return [
            Check("s3:DeleteObject", f"{bucket}/any"),
            Check("s3:DeleteObjectVersion", f"{bucket}/any"),
        ]
    if "versions" in query:
        return [Check("s3:ListBucketVersions", bucket)]
    if method == "GET":
        context: dict[str, Values] = {"s3:prefix": query.get("prefix", "")}
        return [Check("s3:ListBucket", bucket, context)]
    action = {"HEAD": "ListBucket", "PUT": "CreateBucket", "DELETE": "DeleteBucket"}[method]
    return [Check(f"s3:{action}", bucket)]
