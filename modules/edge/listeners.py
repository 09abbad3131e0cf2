"""What the load balancer does on ports 80 and 443."""

from collections.abc import Mapping
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

from config.sections.edge import Edge, TargetGroup
from modules.edge.security_group import HTTP, HTTPS

TLS_POLICIES: Final = {
    "1.2": "ELBSecurityPolicy-TLS13-1-2-2021-06",
    "1.3": "ELBSecurityPolicy-TLS13-1-3-2021-06",
}
"""By the oldest version that they speak; all of them speak TLS 1.3 (row F9).
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html"""

ACME_CHALLENGES: Final = "/.well-known/acme-challenge/*"
"""Where an ACME server asks for the proof of HTTP-01, over plain HTTP.
https://www.rfc-editor.org/rfc/rfc8555#section-8.3"""


class Listeners:
    """The two listeners, or the one for HTTP where there is no certificate.

    HTTP is redirected to HTTPS but for ACME challenges, which cert-manager answers behind the
    load balancer. A Network Load Balancer sees no requests: there the pods redirect.
    """

    def __init__(
        self,
        scope: Construct,
        edge: Edge,
        *,
        load_balancer: Lb,
        target_group_arns: Mapping[TargetGroup, str],
        certificate_arn: str | None,
    ) -> None:
        """Makes the listeners.

        Args:
            scope: the stack.
            edge: the settings.
            load_balancer: the load balancer.
            target_group_arns: the target groups by key.
            certificate_arn: a valid certificate, where the load balancer terminates TLS.
        """
        self._scope, self._edge, self._load_balancer = scope, edge, load_balancer
        self._target_group_arns, self._certificate_arn = target_group_arns, certificate_arn
        if edge.load_balancer == "nlb":
            self._listener("http", "TCP")
            self._listener("https", "TLS" if edge.tls == "terminated" else "TCP")
        elif edge.tls == "none":
            self._listener("http", "HTTP")
        else:
            self._redirecting_listener()
            self._listener("https", "HTTPS")

    def _listener(self, key: TargetGroup, protocol: str) -> None:
        terminates = protocol in {"HTTPS", "TLS"}
        LbListener(
            self._scope,
            f"{key}_listener",
            load_balancer_arn=self._load_balancer.arn,
            port=HTTP if key == "http" else HTTPS,
            protocol=protocol,
            certificate_arn=self._certificate_arn if terminates else None,
            ssl_policy=TLS_POLICIES[self._edge.minimum_tls_version] if terminates else None,
            default_action=[self._forward(key)],
        )

    def _redirecting_listener(self) -> None:
        redirect = LbListenerDefaultActionRedirect(
            protocol="HTTPS", port=str(HTTPS), status_code="HTTP_301"
        )
        listener = LbListener(
            self._scope,
            "http_listener",
            load_balancer_arn=self._load_balancer.arn,
            port=HTTP,
            protocol="HTTP",
            default_action=[LbListenerDefaultAction(type="redirect", redirect=redirect)],
        )
        path = LbListenerRuleConditionPathPattern(values=[ACME_CHALLENGES])
        target = self._target_group_arns["http"]
        LbListenerRule(
            self._scope,
            "acme_challenge",
            listener_arn=listener.arn,
            priority=1,
            condition=[LbListenerRuleCondition(path_pattern=path)],
            action=[LbListenerRuleAction(type="forward", target_group_arn=target)],
            tags={"Name": "acme-challenge"},
        )

    def _forward(self, key: TargetGroup) -> LbListenerDefaultAction:
        return LbListenerDefaultAction(
            type="forward", target_group_arn=self._target_group_arns[key]
        )
