"""A local AWS for real Terraform: moto, plus the calls that moto lacks, on loopback.

Nothing here is AWS. No request leaves the machine, nothing costs money, and everything that was
made vanishes when the emulator stops. Terraform, the AWS provider and boto3 reach it through
environment variables only, so what runs against it is what runs against AWS.
"""

from tools.emulator.local_aws import DEFAULT_ACCOUNT, LocalAws, start

__all__ = ["DEFAULT_ACCOUNT", "LocalAws", "start"]
