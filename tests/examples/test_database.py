"""The database beside the platform (A4, C5, J2): plain Terraform that reads the platform's states.

It has aws_db_instance, aws_security_group and aws_vpc_security_group_ingress_rule.
"""

import json
import os
import re
import shutil
import subprocess
from fnmatch import fnmatchcase
from pathlib import Path
from string import Template
from typing import Any, Final

import pytest
import yaml

from config.derived import names
from modules.addons.external_secrets.secret_stores import policies, team_store
from modules.merge import merged
from modules.namespaces.security_groups import security_group_policies
from rules.load import load
from runner.binary import binary
from runner.terraform import terraform_environment
from support.environments import environment, example
from support.output import Output
from support.premade import asked_of_others, make_groups, make_network, make_states
from support.provider import SharedProvider, runnable
from tools.emulator import LocalAws

FOLDER: Final = Path(__file__).parents[2] / "examples" / "database"
HCL: Final = "".join(file.read_text() for file in sorted(FOLDER.glob("*.tf")))
README: Final = (FOLDER / "README.md").read_text()
MASTER: Final = "rds!db-0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"

VARIABLES: Final = {
    "environment": "prod",
    "account": "123456789012",
    "region": "eu-west-1",
    "team": "shop",
    "namespace": "shop",
    "name": "orders",
}


def blocks(language: str) -> list[str]:
    """The code of a language in the README."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def manifests(**values: str) -> dict[str, dict[str, Any]]:
    """The objects that the stack renders, by kind."""
    known = {
        "name": "orders-database",
        "store": "shop-orders-database",
        "namespace": "shop",
        "region": "eu-west-1",
        "prefix": "rds!db-0f1e2d3c-",
        "key": MASTER.removeprefix("rds!db-0f1e2d3c-"),
        "address": "prod-shop-orders.example.eu-west-1.rds.amazonaws.com",
        "port": "5432",
        "database": "orders",
    }
    text = Template((FOLDER / "manifests.yaml.tftpl").read_text()).substitute(known | values)
    return {each["kind"]: each for each in yaml.safe_load_all(text)}


def test_it_reads_what_the_stacks_of_an_environment_give(output: Output) -> None:
    asked = asked_of_others(HCL)
    assert asked == {
        ("network", "vpc_id"),
        ("network", "database_subnet_group"),
        ("cluster", "node_security_group_id"),
    }
    for stack, name in asked:
        assert name in output.stack(f"prod-{stack}").json["output"]


def test_it_finds_the_states_of_an_environment() -> None:
    prod = example("prod")
    [backend] = (block for block in blocks("hcl") if "backend.hcl" in block)
    settings = dict(re.findall(r'^(\w+) += "(.*)"$', backend, re.MULTILINE))
    assert settings["bucket"] == names.state_bucket(prod)
    assert settings["kms_key_id"] == names.state_key_alias_arn(prod)
    bucket = re.search(r'bucket = "(.*)"', HCL)
    assert bucket
    found = re.sub(r"\$\{var\.(\w+)}", lambda each: VARIABLES[each[1]], bucket[1])
    assert found == names.state_bucket(prod)
    for stack in ("network", "cluster"):
        key = f'key = "${{var.environment}}/{stack}.tfstate"'
        assert key in HCL
        assert names.state_object_key(prod, stack) == f"prod/{stack}.tfstate"


def test_the_readme_has_every_variable_without_a_default() -> None:
    found = re.findall(r'variable "(\w+)" \{(.*?)\n}', HCL, re.DOTALL)
    required = {name for name, body in found if "default" not in body}
    [values] = (block for block in blocks("hcl") if "tfvars" in block)
    assert dict(re.findall(r'^(\w+) += "(.*)"$', values, re.MULTILINE)) == VARIABLES
    assert required == set(VARIABLES)


def test_the_environment_of_the_readme_gives_pods_the_group_and_the_store_the_secret() -> None:
    [text] = blocks("yaml")
    settings = merged({"name": "prod"}, yaml.safe_load(text))
    made = environment(**settings)

    [policy] = security_group_policies(made)
    assert policy["metadata"]["namespace"] == "shop"
    assert "sg-0f1e2d3c4b5a69788" in policy["spec"]["securityGroups"]["groupIds"]

    [read] = policies(made)["read"]
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret"
    assert any(fnmatchcase(f"{arn}:{MASTER}-a1B2c3", each) for each in read.resources)
    other = f"{arn}:rds!db-99999999-4b5a-6978-8796-a5b4c3d2e1f0-a1B2c3"
    assert not any(fnmatchcase(other, each) for each in read.resources)


def test_only_the_namespace_uses_the_store_and_only_for_this_secret() -> None:
    made = manifests()
    store, secret = made["ClusterSecretStore"], made["ExternalSecret"]
    assert store["spec"]["conditions"] == [{"namespaces": ["shop"]}]
    aws = store["spec"]["provider"]["aws"]
    # Without credentials of its own: the controller's role, as in the stores of the platform.
    assert set(aws) == {"service", "region", "prefix"}
    assert aws["prefix"] + secret["spec"]["dataFrom"][0]["extract"]["key"] == MASTER
    assert secret["spec"]["secretStoreRef"] == {
        "kind": "ClusterSecretStore",
        "name": store["metadata"]["name"],
    }
    assert store["metadata"]["name"] != team_store("shop")


class Database:
    """The stack of the example in an account with the networks and states of prod."""

    def __init__(self, aws: LocalAws, provider: SharedProvider, folder: Path) -> None:
        (prod,) = load([runnable("prod", folder)])
        network = make_network(aws, prod)
        aws.client("rds", prod.region).create_db_subnet_group(
            DBSubnetGroupName="prod-database",
            DBSubnetGroupDescription="Database subnets",
            SubnetIds=[id_ for name, id_ in network.items() if "private" in name],
        )
        subnets = {"network.database_subnet_group": "prod-database"}
        self.outputs_of_platform = network | make_groups(aws, prod) | subnets
        make_states(aws, prod, HCL, self.outputs_of_platform)
        self._folder = folder / "database"
        shutil.copytree(FOLDER, self._folder)
        (self._folder / "terraform.tfvars.json").write_text(
            json.dumps({**VARIABLES, "deletion_protection": False})
        )
        environ = terraform_environment(aws.process_environment(os.environ))
        self._environ = environ | provider.variables()
        self._place = {
            "bucket": names.state_bucket(prod),
            "key": "prod/database-orders.tfstate",
            "region": prod.region,
        }
        self._aws = aws
        values = [f"-backend-config={name}={value}" for name, value in self._place.items()]
        self.terraform("init", "-input=false", "-no-color", *values)

    def terraform(self, *arguments: str) -> str:
        """Runs Terraform, which has to succeed."""
        done = subprocess.run(
            [binary(os.environ), *arguments],
            cwd=self._folder,
            env=self._environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def apply(self, **variables: str) -> None:
        values = [f"-var={name}={value}" for name, value in variables.items()]
        self.terraform("apply", "-input=false", "-auto-approve", "-no-color", *values)

    def client(self, service: str) -> Any:
        return self._aws.client(service, self._place["region"])

    def outputs(self) -> dict[str, Any]:
        found = json.loads(self.terraform("output", "-json"))
        return {name: each["value"] for name, each in found.items()}

    def state(self) -> str:
        place = {"Bucket": self._place["bucket"], "Key": self._place["key"]}
        return self.client("s3").get_object(**place)["Body"].read().decode()

    def admitted(self) -> list[str]:
        """The security groups that the database accepts connections from."""
        rules = self.client("ec2").describe_security_group_rules()["SecurityGroupRules"]
        return [
            rule["ReferencedGroupInfo"]["GroupId"]
            for rule in rules
            if not rule["IsEgress"] and rule["FromPort"] == 5432
        ]


@pytest.mark.terraform
@pytest.mark.examples
def test_it_is_applied_unchanged_and_destroyed_to_its_last_snapshot(
    running_aws: LocalAws, provider: SharedProvider, tmp_path: Path
) -> None:
    stack = Database(running_aws, provider, tmp_path)
    assert stack.terraform("fmt", "-check", "-recursive", "-no-color") == ""
    stack.terraform("validate", "-no-color")
    stack.apply()
    assert "No changes" in stack.terraform("plan", "-input=false", "-no-color")

    rds = stack.client("rds")
    [database] = rds.describe_db_instances()["DBInstances"]
    assert database["DBSubnetGroup"]["DBSubnetGroupName"] == "prod-database"
    assert (database["StorageEncrypted"], database["PubliclyAccessible"]) == (True, False)
    outputs = stack.outputs()
    assert stack.admitted() == [outputs["pod_security_group_id"]]

    # The store and the Secret lead to what RDS made, and the password is nowhere else.
    objects = {each["kind"]: each for each in yaml.safe_load_all(outputs["manifests"])}
    prefix = objects["ClusterSecretStore"]["spec"]["provider"]["aws"]["prefix"]
    assert prefix == outputs["secret_prefix"]
    key = objects["ExternalSecret"]["spec"]["dataFrom"][0]["extract"]["key"]
    stored = stack.client("secretsmanager").get_secret_value(SecretId=prefix + key)
    value = json.loads(stored["SecretString"])
    assert set(value) == {"username", "password"}
    assert value["password"] not in stack.state()

    stack.apply(connect_from="nodes")
    assert stack.admitted() == [stack.outputs_of_platform["cluster.node_security_group_id"]]
    stack.terraform("destroy", "-auto-approve", "-input=false", "-no-color")
    assert rds.describe_db_instances()["DBInstances"] == []
    [snapshot] = rds.describe_db_snapshots()["DBSnapshots"]
    assert snapshot["DBSnapshotIdentifier"] == "prod-shop-orders-final"
    assert running_aws.failures() == []
