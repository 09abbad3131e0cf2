"""`make destroy` ends the machines of Karpenter, whichever part of it is gone already."""

from dataclasses import replace

import pytest

from runner.errors import RunnerError
from runner.kubernetes import kinds
from runner.stages import destroy
from support import leftovers
from support.cluster_environment import QUICK, Environment
from support.destroying import FINALIZER, destroyed, machine, run, states
from support.fake_kubernetes import FakeKubernetes
from support.fake_terraform import FakeTerraform
from support.state_objects import applied


def test_the_drain_of_a_machine_is_bounded_although_its_claim_cannot_be_changed(
    environment: Environment, kubernetes: FakeKubernetes, fake_terraform: FakeTerraform
) -> None:
    kubernetes.run("karpenter")
    pool = kubernetes.add(kinds.NODE_POOL, "default", finalizers=("kept",))
    machine(environment, kubernetes)
    with pytest.raises(RunnerError) as error:
        destroy(run(environment, waits=replace(QUICK, grace=1.0, machines=0)))
    (claim,) = kubernetes.of(kinds.NODE_CLAIM)
    assert claim["metadata"]["annotations"]["karpenter.sh/nodeclaim-termination-timestamp"]
    template = kubernetes.objects[pool]["spec"]["template"]
    assert template == {"spec": {"terminationGracePeriod": "1s"}}
    assert fake_terraform.calls == []
    text = str(error.value)
    assert "NodeClaim default-x (i-" in text
    assert "Neither Karpenter nor the cluster is destroyed while they exist" in text
    assert "kubectl scale -n kube-system deployment/karpenter --replicas 0" in text


def test_a_second_destroy_ends_machines_whose_controller_the_first_one_ended(
    environment: Environment,
    kubernetes: FakeKubernetes,
    fake_terraform: FakeTerraform,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Helm forgets a release although its wait timed out; then Terraform destroys Karpenter."""
    claimed = machine(environment, kubernetes)
    kubernetes.delete(kinds.NODE_CLAIM.path("", "default-x"))
    kubernetes.add(kinds.NODE_CLASS, "default", finalizers=("karpenter.k8s.aws/termination",))
    kubernetes.add(
        kinds.NODE, "ip-1", finalizers=(FINALIZER,), labels={"karpenter.sh/nodepool": "default"}
    )
    web = kubernetes.add(
        kinds.SERVICE,
        "web",
        "shop",
        finalizers=("service.k8s.aws/x",),
        spec={"type": "LoadBalancer"},
    )
    balancer = leftovers.load_balancer(environment.aws, "dev", environment.vpc)
    applied(environment.aws, "platform", resources=0)
    destroy(run(environment))
    assert states(environment) == {claimed: "terminated"}
    for kind in (kinds.NODE_CLAIM, kinds.NODE_CLASS, kinds.NODE):
        assert kubernetes.names(kind) == []
    assert web not in kubernetes.objects
    assert destroyed(fake_terraform) == ["cluster", "edge", "network"]
    printed = capfd.readouterr().out
    assert "Karpenter does not run, so no controller terminates these machines" in printed
    assert f"Deleted: load balancer {balancer}" in printed


def test_a_second_destroy_ends_machines_that_outlived_their_cluster(
    environment: Environment, fake_terraform: FakeTerraform
) -> None:
    claimed = leftovers.instance(environment.aws, "dev", environment.vpc)
    applied(environment.aws, "platform", "cluster", resources=0)
    destroy(run(environment))
    assert states(environment) == {claimed: "terminated"}
    assert destroyed(fake_terraform) == ["edge", "network"]
