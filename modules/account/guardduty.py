"""GuardDuty for EKS: audit logs and runtime monitoring (J7)."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.guardduty_detector import GuarddutyDetector
from cdktf_cdktf_provider_aws.guardduty_detector_feature import (
    GuarddutyDetectorFeature,
    GuarddutyDetectorFeatureAdditionalConfiguration,
)
from cdktf_cdktf_provider_aws.guardduty_organization_configuration import (
    GuarddutyOrganizationConfiguration,
)
from constructs import Construct

from config.environment import Environment


def guardduty(scope: Construct, environment: Environment) -> None:
    """Enables the EKS features, of an existing detector or of a new one.

    GuardDuty installs and updates its agent on the clusters of the region. RUNTIME_MONITORING
    includes the older EKS_RUNTIME_MONITORING, which AWS refuses in addition.

    Source: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DetectorFeatureConfiguration.html
    """
    settings = environment.guardduty
    detector_id = settings.detector
    if detector_id is None:
        detector = GuarddutyDetector(
            scope,
            "guardduty_detector",
            enable=True,
            finding_publishing_frequency=settings.publishing_frequency,
        )
        detector_id = detector.id
    GuarddutyDetectorFeature(
        scope,
        "guardduty_audit_logs",
        detector_id=detector_id,
        name="EKS_AUDIT_LOGS",
        status=_status(on=settings.audit_logs),
    )
    GuarddutyDetectorFeature(
        scope,
        "guardduty_runtime_monitoring",
        detector_id=detector_id,
        name="RUNTIME_MONITORING",
        status=_status(on=settings.runtime_monitoring),
        additional_configuration=[
            GuarddutyDetectorFeatureAdditionalConfiguration(
                name="EKS_ADDON_MANAGEMENT", status=_status(on=settings.runtime_monitoring)
            )
        ],
        # AWS also returns the agents of EC2 and Fargate, which are not managed here.
        # https://github.com/hashicorp/terraform-provider-aws/issues/36695
        lifecycle=TerraformResourceLifecycle(ignore_changes=["additional_configuration"]),
    )
    if settings.organization_members != "none":
        GuarddutyOrganizationConfiguration(
            scope,
            "guardduty_organization",
            detector_id=detector_id,
            auto_enable_organization_members=settings.organization_members.upper(),
        )


def _status(*, on: bool) -> str:
    return "ENABLED" if on else "DISABLED"
