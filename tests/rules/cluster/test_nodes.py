"""Settings of nodes that AWS would refuse, or that would do nothing, are refused at synth."""

from typing import Any

import pytest

from support.cluster_cases import assert_refused, case

KEY = "arn:aws:kms:{}:210987654321:key/01234567-89ab-cdef-0123-456789abcdef"
LONG_KEY = f"example.com/{'k' * 52}"


@pytest.mark.parametrize(
    ("settings", "path", "message"),
    [
        case("system_nodes.min_size", "leaves the platform's own", system_nodes={"min_size": 1}),
        case(
            "system_nodes.desired_size",
            "is not between",
            system_nodes={"desired_size": 5, "max_size": 4},
        ),
        case(
            "node_groups.batch.max_size",
            "is smaller than min_size",
            node_groups={"batch": {"min_size": 3, "desired_size": 3, "max_size": 2}},
        ),
        case(
            "system_nodes.instance_types.0",
            "is x86_64, the group is arm64",
            system_nodes={"instance_types": ["m7i.large"]},
        ),
        case(
            "node_groups.batch.instance_types.0",
            "is arm64, the group is x86_64",
            node_groups={"batch": {"architecture": "x86_64", "instance_types": ["c7gn.large"]}},
        ),
        case(
            "system_nodes.instance_types.1",
            "is a duplicate",
            system_nodes={"instance_types": ["m7g.large", "m7g.large"]},
        ),
        case("system_nodes.max_pods", "is too many for m7g.xlarge", system_nodes={"max_pods": 200}),
        case(
            "node_groups.batch.instance_types.1",
            "has no network interface for pods",
            node_groups={"batch": {"instance_types": ["m7g.large", "m7g.medium"]}},
        ),
        case(
            "node_groups.batch.max_pods",
            "is too many for t4g.small, which has addresses for 98 pods",
            node_groups={"batch": {"instance_types": ["m7g.large", "t4g.small"]}},
        ),
        case(
            "node_groups.batch.max_pods",
            "is too many for t4g.nano, which has addresses for 18 pods",
            node_groups={"batch": {"instance_types": ["t4g.nano"], "max_pods": 35}},
        ),
        case(
            "node_groups.batch.max_pods",
            "is too many for t2.medium, which has addresses for 12 pods",
            node_groups={"batch": {"architecture": "x86_64", "instance_types": ["t2.medium"]}},
        ),
        *(
            case(
                "node_groups.batch.instance_types.0",
                message,
                node_groups={
                    "batch": {
                        "architecture": architecture,
                        "instance_types": [type_],
                        "max_pods": 30,
                    }
                },
            )
            for type_, architecture, message in (
                ("g6.xlarge", "x86_64", "needs a driver"),
                ("g5g.xlarge", "arm64", "needs a driver"),
                ("inf2.xlarge", "x86_64", "needs drivers"),
                ("mac2.metal", "x86_64", "is a Mac"),
                ("a1.large", "arm64", "is of the first Graviton generation"),
                ("m7g.nano", "arm64", "is a size that this family does not have"),
                ("m7i.medium", "x86_64", "is a size that this family does not have"),
                ("r7g.5xlarge", "arm64", "is a size that this family does not have"),
                ("t4g.4xlarge", "arm64", "is a size that this family does not have"),
            )
        ),
        case(
            "system_nodes.volume_kms_key",
            "is a key of another region than the volumes",
            system_nodes={"volume_kms_key": KEY.format("eu-central-1")},
        ),
        case(
            "node_groups.batch.volume_kms_key",
            "is a key of another region than the volumes",
            node_groups={"batch": {"volume_kms_key": KEY.format("us-east-1")}},
        ),
        case(
            "node_groups.batch.zones.0",
            "is a zone that network.availability_zones",
            node_groups={"batch": {"zones": ["f"]}},
        ),
        case(
            "node_groups.batch.zones.1",
            "is a duplicate",
            node_groups={"batch": {"zones": ["a", "a"]}},
        ),
        case("node_groups.system", "is the name of the group", node_groups={"system": {}}),
        case(
            "node_groups.batch.labels.kubernetes.io/role",
            "is a label that nodes may not set",
            node_groups={"batch": {"labels": {"kubernetes.io/role": "batch"}}},
        ),
        case(
            "node_groups.batch.labels.karpenter.sh/nodepool",
            "is a label that Karpenter sets",
            node_groups={"batch": {"labels": {"karpenter.sh/nodepool": "default"}}},
        ),
        case(
            "node_groups.batch.labels.workload",
            "is empty",
            node_groups={"batch": {"labels": {"workload": ""}}},
        ),
        case(
            f"node_groups.batch.labels.{LONG_KEY}",
            "is a key of 64 characters",
            node_groups={"batch": {"labels": {LONG_KEY: "x"}}},
        ),
        case(
            "node_groups.batch.taints.0.key",
            "is a key of 64 characters",
            node_groups={"batch": {"taints": [{"key": LONG_KEY, "effect": "NoSchedule"}]}},
        ),
        case(
            "node_groups.batch.labels.node-group",
            "is the label that carries",
            node_groups={"batch": {"labels": {"node-group": "x"}}},
        ),
        case(
            "node_groups.batch.taints.1",
            "repeats a taint",
            node_groups={
                "batch": {
                    "taints": [
                        {"key": "a", "value": "1", "effect": "NoSchedule"},
                        {"key": "a", "value": "2", "effect": "NoSchedule"},
                    ]
                }
            },
        ),
    ],
)
def test_what_is_wrong_with_nodes_is_refused_where_it_stands(
    settings: dict[str, Any], path: str, message: str
) -> None:
    assert_refused(settings, path, message)
