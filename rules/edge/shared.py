"""Rules of `edge.owner`, `edge.weights` and `edge.test_header` in one environment."""

from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.problem import Path, Problem
from rules.registration import rule

OWNER: Final[Path] = ("edge", "owner")
WEIGHTS: Final[Path] = ("edge", "weights")
TEST_HEADER: Final[Path] = ("edge", "test_header")


@rule("name", "regions", "network", "edge")
def the_owner_has_the_load_balancer(environment: Environment) -> Iterator[Problem]:
    """An environment behind another's load balancer makes none, in a VPC that exists."""
    edge, network = environment.edge, environment.network
    if edge.owner is None:
        return
    if edge.owner == environment.name:
        message = "is this environment: its own load balancer needs no owner"
        yield Problem(OWNER, message, edge.owner)
    if environment.regions:
        message = "is for an environment without `regions`"
        yield Problem(OWNER, message, edge.owner, involved=(("regions",),))
    if not edge.enabled:
        message = "has no effect, since edge.enabled is false"
        yield Problem(OWNER, message, edge.owner)
    if network.existing is None:
        message = "needs the VPC of the owner, with the ids of its subnets"
        yield Problem(OWNER, message, edge.owner, "an environment with network.existing")
    if edge.weights:
        message = "is for the owner of the load balancer, which edge.owner names"
        yield Problem(WEIGHTS, message, dict(edge.weights))
    for key in ("waf", "inspection", "internal"):
        if getattr(edge, key).enabled:
            message = "is for an environment with a load balancer of its own, which edge.owner has"
            yield Problem(("edge", key, "enabled"), message, value=True)


@rule("name", "regions", "edge")
def weights_send_all_requests(environment: Environment) -> Iterator[Problem]:
    """Weights name this environment and others, and one of them gets requests.

    A Network Load Balancer is refused: its listeners had no weights before November 2025, and the
    oldest provider that we allow does not know them.

    Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html
    """
    edge = environment.edge
    weights = dict(edge.weights)
    if not weights or edge.owner is not None:
        return
    if environment.regions:
        message = "is for an environment without `regions`, which has `routing` instead"
        yield Problem(WEIGHTS, message, weights, involved=(("regions",),))
    if not edge.enabled:
        yield Problem(WEIGHTS, "has no effect, since edge.enabled is false", weights)
    if edge.load_balancer == "nlb":
        message = "is for an Application Load Balancer"
        yield Problem(WEIGHTS, message, weights, "edge.load_balancer: alb")
    if environment.name not in weights:
        message = "has no weight for this environment, whose pods are behind the load balancer"
        yield Problem(WEIGHTS, message, weights, f"{environment.name} among them")
    if not any(weights.values()):
        message = "is 0 for all: the load balancer would answer every request with 503"
        yield Problem(WEIGHTS, message, weights, "a weight above 0")


@rule("edge")
def the_test_header_needs_weights(environment: Environment) -> Iterator[Problem]:
    """A header chooses among the environments of `edge.weights`."""
    edge = environment.edge
    if edge.test_header is not None and not edge.weights:
        yield Problem(TEST_HEADER, "has no effect without edge.weights", edge.test_header)


@rule("edge", "platform", severity="warning")
def challenges_reach_the_cluster_that_asked(environment: Environment) -> Iterator[Problem]:
    """Challenges of HTTP-01 go by weight, not to the cluster whose cert-manager waits for them."""
    edge, manager = environment.edge, environment.platform.cert_manager
    path: Path = ("platform", "cert_manager", "lets_encrypt", "http01")
    shares = edge.owner is not None or len(edge.weights) > 1
    if shares and manager.enabled and manager.lets_encrypt.enabled and manager.lets_encrypt.http01:
        message = (
            "is answered by the environment that the weights choose, so that the certificates of "
            "the others are not issued"
        )
        involved = (OWNER, WEIGHTS)
        yield Problem(path, message, value=True, allowed="DNS-01", involved=involved)
