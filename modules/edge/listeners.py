"""The load balancer's listeners on ports 80 and 443."""

from typing import Final

from cdktf_cdktf_provider_aws.lb import Lb
from cdktf_cdktf_provider_aws.lb_listener import (
    LbListener,
    LbListenerDefaultAction,
    LbListenerDefaultActionRedirect,
)
from cdktf_cdktf_provider_aws.lb_listener_rule import (
    LbListenerRule,
    LbListenerRuleAction,
    LbListenerRuleCondition,
    LbListenerRuleConditionPathPattern,
)
from constructs import Construct

from config.derived.front_doors import FrontDoor
from config.sections.edge_load_balancers import TargetGroup
from modules.edge.forwarding import TargetGroupArns, default_action, header_rules, rule_action
from modules.edge.routing_rules import routing_rules
from modules.edge.security_group import HTTP, HTTPS

TLS_POLICIES: Final = {
    "1.2": "ELBSecurityPolicy-TLS13-1-2-2021-06",
    "1.3": "ELBSecurityPolicy-TLS13-1-3-2021-06",
}
"""By the oldest TLS version that they accept; all of them accept TLS 1.3 (F9).
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html"""

ACME_CHALLENGES: Final = "/.well-known/acme-challenge/*"
"""The path that an ACME server requests for an HTTP-01 challenge, over plain HTTP.
https://www.rfc-editor.org/rfc/rfc8555#section-8.3"""


def listeners(
    scope: Construct,
    door: FrontDoor,
    *,
    load_balancer: Lb,
    target_group_arns: TargetGroupArns,
    certificate_arn: str | None,
) -> None:
    """Makes the two listeners, or the one for HTTP where there is no certificate.

    An Application Load Balancer redirects HTTP to HTTPS, except ACME challenges, which
    cert-manager answers behind it. A Network Load Balancer does not read requests: there the pods
    redirect. `certificate_arn` is set where the load balancer terminates TLS.
    """
    tls, oldest = door.settings.tls, door.environment.edge.minimum_tls_version

    def listener(key: TargetGroup, protocol: str) -> LbListener:
        terminates = protocol in {"HTTPS", "TLS"}
        return LbListener(
            scope,
            door.prefixed(f"{key}_listener"),
            load_balancer_arn=load_balancer.arn,
            port=HTTP if key == "http" else HTTPS,
            protocol=protocol,
            certificate_arn=certificate_arn if terminates else None,
            ssl_policy=TLS_POLICIES[oldest] if terminates else None,
            default_action=[default_action(door, target_group_arns, key)],
        )

    if not door.is_alb:
        listener("http", "TCP")
        listener("https", "TLS" if tls == "terminated" else "TCP")
        return
    if tls == "none":
        http = listener("http", "HTTP")
        header_rules(scope, door, http.arn, target_group_arns, "http")
    else:
        acme = rule_action(door, target_group_arns, "http")
        http = _redirecting_listener(scope, door, load_balancer, acme)
        https = listener("https", "HTTPS")
        header_rules(scope, door, https.arn, target_group_arns, "https")
    if not door.is_internal:
        own = target_group_arns[door.environment.name]
        routing_rules(scope, door.environment, http.arn, own["http"])


def _redirecting_listener(
    scope: Construct, door: FrontDoor, load_balancer: Lb, acme: LbListenerRuleAction
) -> LbListener:
    redirect = LbListenerDefaultActionRedirect(
        protocol="HTTPS", port=str(HTTPS), status_code="HTTP_301"
    )
    listener = LbListener(
        scope,
        door.prefixed("http_listener"),
        load_balancer_arn=load_balancer.arn,
        port=HTTP,
        protocol="HTTP",
        default_action=[LbListenerDefaultAction(type="redirect", redirect=redirect)],
    )
    if door.is_internal:
        # No ACME server reaches it.
        return listener
    path = LbListenerRuleConditionPathPattern(values=[ACME_CHALLENGES])
    LbListenerRule(
        scope,
        "acme_challenge",
        listener_arn=listener.arn,
        priority=1,
        condition=[LbListenerRuleCondition(path_pattern=path)],
        action=[acme],
        tags={"Name": "acme-challenge"},
    )
    return listener
