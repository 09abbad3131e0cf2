"""Instances with a role, as node groups make them."""

import json

from tools.emulator import LocalAws

_SSM = "AmazonSSMManagedInstanceCore"


def machine(
    aws: LocalAws, policy: str | None = _SSM, region: str = "us-east-1", **tags: str
) -> str:
    """Makes an instance whose role has one managed policy, or none; gives its id."""
    ec2, iam = aws.client("ec2", region), aws.client("iam")
    name = f"node-{len(iam.list_roles()['Roles'])}"
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({}))
    if policy is not None:
        iam.attach_role_policy(RoleName=name, PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
    iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    made = ec2.run_instances(
        ImageId="ami-12345678",
        MinCount=1,
        MaxCount=1,
        InstanceType="m7g.large",
        IamInstanceProfile={"Name": name},
        TagSpecifications=[
            {
                "ResourceType": "instance",
                "Tags": [{"Key": "role", "Value": name}]
                + [{"Key": key.replace("__", ":"), "Value": value} for key, value in tags.items()],
            }
        ],
    )
    return made["Instances"][0]["InstanceId"]
