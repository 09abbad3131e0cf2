"""`make check` looks at the roles and the boundary that others made (L2, M2)."""

import json
from pathlib import Path
from typing import Any

from config.derived.given_roles import without_given_roles
from runner.check.catalog import CHECKS
from runner.check.run import context_of, run_one
from runner.manifest import read_manifest
from runner.roles import needed_roles
from support.checked import own_stacks
from support.environments import example
from support.output import Output, synthesized_output
from tools.emulator import LocalAws

CHECK = next(check for check in CHECKS if check.name == "given roles")


def test_it_names_roles_that_are_missing_or_do_not_trust_what_uses_them(
    empty_account: LocalAws, output: Output, tmp_path: Path
) -> None:
    settings, iam = example("given-roles"), empty_account.client("iam")
    context = context_of(settings, own_stacks(output.path, "given-roles"))
    synthesized_output(tmp_path, *without_given_roles([settings]))
    needed = [each for each in needed_roles(settings, read_manifest(tmp_path)) if each.given]

    def make(arn: str, trust: Any) -> None:
        path, _, name = arn.partition(":role")[2].rpartition("/")
        iam.create_role(RoleName=name, Path=f"{path}/", AssumeRolePolicyDocument=json.dumps(trust))

    for each in needed:
        if each.key == "cluster":
            make(str(each.given).replace("/security/", "/other/"), each.trust)
        elif each.key == "addons.vpc-cni":
            make(str(each.given), needed[0].trust)
        elif each.key != "nodes":
            make(str(each.given), each.trust)
    found = {each.subject.rpartition("/")[2]: each for each in run_one(CHECK, context)}
    assert {name: (each.status, each.found) for name, each in found.items()} == {
        "eks-cluster": (
            "error",
            "the role is arn:aws:iam::123456789012:role/other/eks-cluster",
        ),
        "eks-nodes": ("error", "does not exist"),
        "karpenter": ("ok", "trusts pods.eks.amazonaws.com"),
        "vpc-cni": ("error", "does not trust pods.eks.amazonaws.com or oidc-provider/"),
        "external-secrets": ("ok", "trusts pods.eks.amazonaws.com"),
        "workload-boundary": ("error", "does not exist"),
    }
