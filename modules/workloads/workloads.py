"""The IAM roles of the pods of teams, and of others that are no add-on's (L4)."""

from cdktf import TerraformResource
from constructs import Construct

from config.derived.workloads import workload_roles
from config.environment import Environment
from modules.identity.permissions import statements_of
from modules.identity.pod_identity import ServiceAccount, ServiceAccountRole
from modules.identity.remote_cluster import remote_identity
from modules.outputs import Output, add_outputs
from modules.remote_state import RemoteOutputs


class WorkloadRoles:
    """A role for each of `workloads` and of `teams.<team>.workloads`.

    They are in the platform stack: their associations need the cluster, and precede the namespaces
    and applications of teams. So each pod finds its association when it starts, keeps it until it
    is deleted, and a change of permissions plans no change of the cluster.

    Attributes:
        ready: what pods with these roles must depend on.
    """

    def __init__(self, scope: Construct, environment: Environment, outputs: RemoteOutputs) -> None:
        """Makes the roles, and an output with their ARNs by `<namespace>/<service account>`.

        Raises:
            LimitError: a policy is longer than AWS allows.
        """
        self.ready: list[TerraformResource] = []
        arns: dict[str, str] = {}
        for each in workload_roles(environment):
            role = ServiceAccountRole(
                scope,
                f"{each.id}_role",
                environment,
                cluster=remote_identity(environment, outputs),
                service_account=ServiceAccount(each.namespace, each.service_account),
                name=each.name,
                policy_arns=each.permissions.policy_arns,
                policies=statements_of(each.permissions),
                target_role_arn=each.permissions.target_role_arn,
            )
            self.ready += role.ready
            arns[f"{each.namespace}/{each.service_account}"] = role.arn
        if arns:
            description = "Roles of workloads, by namespace and service account"
            add_outputs(scope, {"workload_role_arns": Output(arns, description)})
