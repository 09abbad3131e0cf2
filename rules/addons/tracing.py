"""Rules of tracing."""

from collections.abc import Iterator
from typing import Final

from config.derived import names
from config.environment import Environment
from config.problem import Path, Problem
from modules.helm.traces import sampling_method
from rules.account.state import log_bucket_name_fits, reserved_bucket_name
from rules.registration import rule

TRACING: Final[Path] = ("platform", "tracing")
SAMPLING: Final[Path] = (*TRACING, "sampling")
BUCKET: Final[Path] = (*TRACING, "bucket", "name")


@rule("platform")
def requests_are_chosen_by_the_mesh(environment: Environment) -> Iterator[Problem]:
    """Only the mesh chooses requests where they begin."""
    sampling = environment.platform.tracing.sampling
    if sampling.method == "head" and not environment.platform.istio.enabled:
        message = (
            "needs platform.istio.enabled: without the mesh nothing chooses requests where they "
            "begin"
        )
        yield Problem((*SAMPLING, "method"), message, "head", "probabilistic or tail")


@rule("platform")
def percentage_has_two_decimals(environment: Environment) -> Iterator[Problem]:
    """The percentage has the precision of the mesh's.

    Source: https://istio.io/latest/docs/reference/config/telemetry/#Tracing
    """
    percentage = environment.platform.tracing.sampling.percentage
    if round(percentage, 2) != percentage:
        message = "has more than two decimals"
        yield Problem(
            (*SAMPLING, "percentage"), message, percentage, suggestion=f"{percentage:.2f}"
        )


@rule("platform", severity="warning")
def settings_of_tail_have_an_effect(environment: Environment) -> Iterator[Problem]:
    """What only `tail` reads is not set with another method."""
    sampling, method = environment.platform.tracing.sampling, sampling_method(environment)
    if method == "tail":
        return
    for name in ("slow_ms", "wait_seconds"):
        if name in sampling.model_fields_set:
            message = f"has no effect: traces are sampled with the method {method}, not tail"
            yield Problem((*SAMPLING, name), message, getattr(sampling, name))


@rule("platform")
def service_graph_has_prometheus(environment: Environment) -> Iterator[Problem]:
    """The metrics of the service graph are written to the platform's Prometheus."""
    platform = environment.platform
    if platform.tracing.service_graph and not platform.monitoring.enabled:
        message = "needs platform.monitoring, which is switched off"
        yield Problem((*TRACING, "service_graph"), message, value=True)


@rule("name", "account", "region", "state", "platform")
def trace_bucket_is_of_traces_only(environment: Environment) -> Iterator[Problem]:
    """The bucket is not that of the Terraform state or of backups: its objects expire."""
    bucket, platform = names.traces(environment).bucket, environment.platform
    if bucket == names.state_bucket(environment):
        yield Problem(BUCKET, "is the bucket of the Terraform state", bucket)
    if platform.velero.enabled and bucket == names.backups(environment).bucket:
        yield Problem(BUCKET, "is the bucket of platform.velero", bucket)


@rule("name", "account", "region", "platform")
def trace_bucket_name_is_allowed(environment: Environment) -> Iterator[Problem]:
    """The bucket has no name that S3 reserves."""
    yield from reserved_bucket_name(BUCKET, names.traces(environment).bucket)


@rule("name", "account", "region", "platform")
def trace_bucket_names_fit(environment: Environment) -> Iterator[Problem]:
    """The bucket's name leaves room for that of its log bucket."""
    yield from log_bucket_name_fits(BUCKET, names.traces(environment))
