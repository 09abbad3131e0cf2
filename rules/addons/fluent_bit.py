"""Rules of Fluent Bit and its destination."""

from collections.abc import Iterator
from typing import Final

from config.addons.fluent_bit import CloudWatchLogs
from config.environment import Environment
from config.problem import Problem
from modules.helm.logs import NAMESPACE
from rules.registration import rule

FLUENT_BIT: Final = ("platform", "fluent_bit")

EXISTING: Final = (*FLUENT_BIT, "existing")


@rule("platform")
def log_destination_is_described(environment: Environment) -> Iterator[Problem]:
    """The selected destination has settings, and no other one does."""
    settings = environment.platform.fluent_bit
    if not settings.enabled:
        return
    without_effect = f"has no effect: the destination is {settings.destination}"
    if settings.destination == "existing" and settings.existing is None:
        yield Problem(EXISTING, "is missing: the destination is existing")
    if settings.destination != "existing" and settings.existing is not None:
        yield Problem(EXISTING, without_effect)
    if settings.destination != "cloudwatch" and settings.cloudwatch != CloudWatchLogs():
        yield Problem((*FLUENT_BIT, "cloudwatch"), without_effect)


@rule("platform")
def log_store_connection_is_secure(environment: Environment) -> Iterator[Problem]:
    """Credentials are sent over TLS only, and there is one method of authentication."""
    store = environment.platform.fluent_bit.existing
    if store is None:
        return
    for key in ("credentials", "aws_domain", "ca_secret"):
        if getattr(store, key) is not None and not store.tls:
            yield Problem((*EXISTING, "tls"), f"is needed for {key}", False, "true")
    if store.aws_domain is not None and store.credentials is not None:
        message = "cannot be combined with aws_domain"
        yield Problem((*EXISTING, "credentials"), message)
    if store.aws_domain is not None and store.product != "opensearch":
        message = "is not a product of Amazon OpenSearch Service"
        yield Problem((*EXISTING, "product"), message, store.product, "opensearch", "opensearch")


@rule("platform")
def logs_share_a_namespace(environment: Environment) -> Iterator[Problem]:
    """Fluent Bit is in the namespace of Elasticsearch, because it mounts its Secrets."""
    if not environment.platform.fluent_bit.sends_to("elasticsearch"):
        return
    wanted = environment.platform.elasticsearch.namespace or NAMESPACE
    namespace = environment.platform.fluent_bit.namespace or NAMESPACE
    if namespace != wanted:
        message = "is not that of Elasticsearch, whose certificate and password Fluent Bit needs"
        yield Problem((*FLUENT_BIT, "namespace"), message, namespace, wanted, wanted)
