"""What the rules of the `cluster` section refuse, and what they suggest."""

from typing import Any

import pytest

from support.cluster_cases import assert_refused, case
from support.environments import environment, problems, warned

ADMIN = "arn:aws:iam::123456789012:role/platform-admin"
TEAM = "arn:aws:iam::123456789012:role/team"
ROLE = "arn:aws:iam::123456789012:role/"
PUBLIC = {"public": True}
KEY = "arn:aws:kms:{}:210987654321:key/01234567-89ab-cdef-0123-456789abcdef"
LONG_KEY = f"example.com/{'k' * 52}"


@pytest.mark.parametrize(
    ("settings", "path", "message"),
    [
        case("endpoint.public_access_cidrs", "is empty", endpoint=PUBLIC),
        case(
            "endpoint.public_access_cidrs.0",
            "allows the whole internet",
            endpoint={**PUBLIC, "public_access_cidrs": ["0.0.0.0/0"]},
        ),
        case(
            "endpoint.public_access_cidrs.1",
            "allows the whole internet",
            endpoint={**PUBLIC, "public_access_cidrs": ["203.0.113.0/24", "128.0.0.0/1"]},
        ),
        case(
            "endpoint.public_access_cidrs",
            "has no effect",
            endpoint={"public_access_cidrs": ["203.0.113.0/24"]},
        ),
        case(
            "endpoint.public_access_cidrs.0",
            "is private",
            endpoint={**PUBLIC, "public_access_cidrs": ["10.8.0.0/16"]},
        ),
        case(
            "endpoint.allow_public_access_from_anywhere",
            "has no effect",
            endpoint={"allow_public_access_from_anywhere": True},
        ),
        *(
            case(
                "endpoint.public_access_cidrs.0",
                "is reserved",
                endpoint={**PUBLIC, "public_access_cidrs": [block]},
            )
            for block in ("100.64.0.0/16", "127.0.0.0/8", "169.254.169.254/32", "224.0.0.0/8")
        ),
        case("api_access_cidrs.0", "is open to the whole internet", api_access_cidrs=["0.0.0.0/0"]),
        case(
            "node_ssh.cidrs.0",
            "is open to the whole internet",
            node_ssh={"cidrs": ["0.0.0.0/0"], "key_pair": "ops"},
        ),
        case(
            "api_access_cidrs.1",
            "is a duplicate",
            api_access_cidrs=["10.8.0.0/16", "10.8.0.0/16"],
        ),
        case("node_ssh.key_pair", "is missing", node_ssh={"cidrs": ["10.8.0.0/16"]}),
        case("node_ssh.cidrs", "is empty", node_ssh={"key_pair": "ops"}),
        case(
            "node_ssh.key_pair",
            "has no effect: all nodes",
            system_nodes={"ami": "bottlerocket"},
            node_ssh={"key_pair": "ops", "cidrs": ["10.8.0.0/16"]},
        ),
        case("name", "begins with sg-", name="sg-prod"),
        case("service_cidr", "overlaps the VPC", service_cidr="10.0.128.0/20"),
        case("service_cidr", "is not private", service_cidr="100.64.0.0/16"),
        case("service_cidr", "is not a size", service_cidr="172.20.0.0/25"),
        case("version", "is not in the version table", version="1.29"),
        case("addons.coredns.enabled", "must stay", addons={"coredns": {"enabled": False}}),
        case(
            "addons.aws-efs-csi-driver.enabled",
            "is decided by cluster.efs.enabled",
            addons={"aws-efs-csi-driver": {"enabled": False}},
        ),
        case(
            "addons.aws-ebs-csi-driver.enabled",
            "must not be false: claims of class gp3 need it",
            addons={"aws-ebs-csi-driver": {"enabled": False}},
        ),
        case(
            "addons.metrics-server.enabled",
            "must not be false: nginx-ingress, vertical-pod-autoscaler need it",
            addons={"metrics-server": {"enabled": False}},
        ),
        case(
            "addons.kube-proxy.version",
            "does not fit Kubernetes 1.34",
            version="1.34",
            addons={"kube-proxy": {"version": "v1.35.0-eksbuild.2"}},
        ),
        case("autoscaler", "leaves no node for workloads", autoscaler="none"),
        case(
            "access.0.principal",
            "is one of the environment's admins",
            access=[{"principal": ADMIN, "policy": "cluster_admin"}],
        ),
        case(
            "access.1.principal",
            "has an entry already",
            access=[
                {"principal": TEAM, "policy": "cluster_admin"},
                {"principal": TEAM, "groups": ["team"]},
            ],
        ),
        case(
            "access.0.principal",
            "is of partition aws-cn",
            access=[
                {
                    "principal": "arn:aws-cn:iam::123456789012:role/team",
                    "policy": "cluster_admin",
                }
            ],
        ),
        case(
            "access.0.namespaces",
            "is empty: set the scope of view",
            access=[{"principal": TEAM, "policy": "view"}],
        ),
        case(
            "access.0.namespaces",
            "contradicts all_namespaces",
            access=[
                {
                    "principal": TEAM,
                    "policy": "view",
                    "namespaces": ["shop"],
                    "all_namespaces": True,
                }
            ],
        ),
        case(
            "access.0.namespaces",
            "cannot limit cluster_admin",
            access=[{"principal": TEAM, "policy": "cluster_admin", "namespaces": ["shop"]}],
        ),
        case("access.0.policy", "is missing", access=[{"principal": TEAM}]),
        case(
            "access.0.policies.0.namespaces",
            "is empty: set the scope of admin",
            access=[
                {
                    "principal": TEAM,
                    "policy": "view",
                    "all_namespaces": True,
                    "policies": [{"policy": "admin"}],
                }
            ],
        ),
        case(
            "access.0.policies.0.policy",
            "is a duplicate",
            access=[
                {
                    "principal": TEAM,
                    "policy": "view",
                    "namespaces": ["shop"],
                    "policies": [{"policy": "view", "namespaces": ["payments"]}],
                }
            ],
        ),
        case(
            "access.0.principal",
            "is the role of node groups",
            access=[{"principal": f"{ROLE}test-node", "policy": "cluster_admin"}],
        ),
        case(
            "access.0.principal",
            "is the role of Karpenter's nodes",
            access=[{"principal": f"{ROLE}KarpenterNodeRole-test", "policy": "cluster_admin"}],
        ),
        case(
            "access.0.namespaces",
            "limits a policy, and none is given",
            access=[{"principal": TEAM, "groups": ["team"], "namespaces": ["shop"]}],
        ),
        case(
            "access.0.groups.0",
            "begins with a prefix",
            access=[{"principal": TEAM, "groups": ["system:masters"]}],
        ),
    ],
)
def test_it_is_refused_where_it_stands(settings: dict[str, Any], path: str, message: str) -> None:
    assert_refused(settings, path, message)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"endpoint": {"public": True, "public_access_cidrs": ["203.0.113.0/24"]}},
        {"endpoint": {"public": True, "allow_public_access_from_anywhere": True}},
        {"api_access_cidrs": ["10.8.0.0/16"]},
        {"version": "1.34"},
        {
            "addons": {
                "vpc-cni": {
                    "values": {
                        "enableNetworkPolicy": "true",
                        "env": {"WARM_PREFIX_TARGET": "2"},
                        "eniConfig": {"create": True},
                        "networkPolicyPort": 1,
                    }
                },
                "aws-ebs-csi-driver": {"values": {"node": {"env": 1}}},
            }
        },
        {"autoscaler": "none", "node_groups": {"work": {}}},
        {"addons": {"kube-proxy": {"version": "v1.34.0-eksbuild.2"}}},
        {"system_nodes": {"instance_types": ["m7g.16xlarge"], "max_pods": 250}},
        {"node_groups": {"batch": {"labels": {"node.kubernetes.io/role": "batch"}}}},
        {
            "node_groups": {
                "x": {
                    "architecture": "x86_64",
                    "instance_types": ["m7i-flex.large", "m5zn.3xlarge"],
                },
                "arm": {"instance_types": ["t4g.large", "im4gn.large", "m8g.48xlarge"]},
            }
        },
        {"access": [{"principal": TEAM, "policy": "view", "all_namespaces": True}]},
        {"access": [{"principal": TEAM, "groups": ["team-a"]}]},
        {"access": [{"principal": TEAM, "policies": [{"policy": "cluster_admin"}]}]},
        {"system_nodes": {"volume_kms_key": KEY.format("eu-west-1")}},
        {"node_groups": {"batch": {"instance_types": ["t4g.small"], "max_pods": 98}}},
        {
            "node_groups": {"batch": {"instance_types": ["m7g.medium"], "max_pods": 50}},
            "addons": {"vpc-cni": {"values": {"env": {"ENABLE_POD_ENI": "false"}}}},
        },
        {"node_groups": {"old": {"ami": "bottlerocket", "instance_types": ["a1.large"]}}},
        {"node_groups": {"batch": {"labels": {LONG_KEY[:-1]: "x" * 63}}}},
        {"node_groups": {"batch": {"labels": {"karpenter.sh/capacity-type": "on-demand"}}}},
        {
            "system_nodes": {"ami": "bottlerocket"},
            "node_groups": {"other": {}},
            "node_ssh": {"key_pair": "ops", "cidrs": ["10.8.0.0/16"]},
        },
    ],
)
def test_it_is_accepted(settings: dict[str, Any]) -> None:
    assert problems(environment(cluster=settings)) == []


def test_add_ons_that_nothing_requires_can_be_disabled() -> None:
    off = {"enabled": False}
    found = problems(
        environment(
            cluster={"addons": {"aws-ebs-csi-driver": off, "metrics-server": off}},
            platform={
                "storage_classes": off,
                "ingress": off,
                "vertical_pod_autoscaler": off,
            },
        )
    )
    assert found == []


def test_an_unknown_kubernetes_version_names_the_nearest_known() -> None:
    [problem] = problems(environment(cluster={"version": "1.29"}))
    assert (problem.suggestion, problem.allowed) == ("1.34", "1.34, 1.35, 1.36")


@pytest.mark.parametrize(
    ("version", "fixed"), [("v1.22.3-eksbuild.1", False), ("v1.22.4-eksbuild.3", True)]
)
def test_a_version_with_a_known_vulnerability_is_warned_of(version: str, *, fixed: bool) -> None:
    found = warned(cluster={"addons": {"vpc-cni": {"version": version}}})
    message = found.get(("cluster", "addons", "vpc-cni", "version"), "")
    assert ("CVE-2026-86831); fixed in v1.22.4" in message) is not fixed
