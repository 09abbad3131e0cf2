"""Scalar types for names, certificates and firewalls, in the formats of Route 53, ACM and WAF."""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from config.reading.form import Form

_LABEL: Final = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"

ZoneName = Annotated[
    str,
    StringConstraints(pattern=rf"^{_LABEL}(\.{_LABEL})+$", max_length=253),
    Form("a domain name in lower case without a dot at the end, for example platform.example.com"),
]

DomainName = Annotated[
    str,
    StringConstraints(pattern=rf"^(\*\.)?{_LABEL}(\.{_LABEL})+$", max_length=253),
    Form("a domain name in lower case, or `*.` and one, for example *.platform.example.com"),
]

TeamHost = Annotated[
    str,
    StringConstraints(pattern=rf"^(\*|(\*\.)?{_LABEL}(\.{_LABEL})+)$", max_length=253),
    Form("a domain name in lower case, `*.` and one for all names below it, or `*` for every name"),
]

HostedZoneId = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z0-9]{1,32}$"),
    Form("the id of a Route 53 hosted zone, for example Z0123456789ABCDEFGHIJ"),
]
"""https://docs.aws.amazon.com/Route53/latest/APIReference/API_HostedZone.html"""

CertificateArn = Annotated[
    str,
    StringConstraints(
        pattern=r"^arn:aws(-cn|-us-gov)?:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+$"
    ),
    Form("the ARN of an ACM certificate, arn:aws:acm:<region>:<account>:certificate/<id>"),
]

HttpHeader = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,40}$"),
    Form("the name of an HTTP header of at most 40 characters, for example X-Environment"),
]
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_HttpHeaderConditionConfig.html"""

CertificateAuthorityArn = Annotated[
    str,
    StringConstraints(
        pattern=(
            r"^arn:aws(-cn|-us-gov)?:acm-pca:[a-z0-9-]+:[0-9]{12}:"
            r"certificate-authority/[A-Za-z0-9-]+$"
        )
    ),
    Form("the ARN of a CA, arn:aws:acm-pca:<region>:<account>:certificate-authority/<id>"),
]
"""https://docs.aws.amazon.com/privateca/latest/APIReference/API_CertificateAuthority.html"""

Scheme = Literal["public", "internal"]
"""Which load balancer: that of `edge`, or that of `edge.internal`."""

Port = Annotated[int, Field(ge=1, le=65535)]

HealthCheckPath = Annotated[
    str,
    StringConstraints(pattern=r"^/[A-Za-z0-9/_.~-]*$", max_length=1024),
    Form("a path that begins with /"),
]

RuleGroup = Literal[
    "common", "known_bad_inputs", "ip_reputation", "anonymous_ip", "sql", "linux", "admin"
]
"""Rule groups that AWS manages, by what they protect from; modules/edge/waf_groups.py maps them to
the names of AWS."""

RuleName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,128}$"),
    Form("the name of a rule in the group, for example SizeRestrictions_BODY"),
]
