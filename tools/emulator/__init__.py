"""A local AWS for real Terraform: moto and the calls that moto lacks, on 127.0.0.1.

No request leaves the machine, and all resources are deleted when the emulator stops. Terraform,
the AWS provider and boto3 reach it through environment variables only, so the same stacks run
against it and against AWS.
"""

from tools.emulator.local_aws import DEFAULT_ACCOUNT, LocalAws, start

__all__ = ["DEFAULT_ACCOUNT", "LocalAws", "start"]
