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
from cdktf_cdktf_provider_aws.guardduty_organization_configuration_feature import (
    GuarddutyOrganizationConfigurationFeature,
    GuarddutyOrganizationConfigurationFeatureAdditionalConfiguration,
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
        _organization(scope, environment, detector_id)


def _organization(scope: Construct, environment: Environment, detector_id: str) -> None:
    """Enables GuardDuty in member accounts, with the same features as here.

    Without the features a member account gets GuardDuty's foundational data sources only. One at a
    time: each request reads and writes the configuration of the whole organization.

    Source: https://docs.aws.amazon.com/guardduty/latest/APIReference/API_OrganizationFeatureConfiguration.html
    """
    settings = environment.guardduty
    members = settings.organization_members.upper()
    organization = GuarddutyOrganizationConfiguration(
        scope,
        "guardduty_organization",
        detector_id=detector_id,
        auto_enable_organization_members=members,
    )
    audit_logs = GuarddutyOrganizationConfigurationFeature(
        scope,
        "guardduty_organization_audit_logs",
        detector_id=detector_id,
        name="EKS_AUDIT_LOGS",
        auto_enable=members if settings.audit_logs else "NONE",
        depends_on=[organization],
    )
    runtime = members if settings.runtime_monitoring else "NONE"
    GuarddutyOrganizationConfigurationFeature(
        scope,
        "guardduty_organization_runtime_monitoring",
        detector_id=detector_id,
        name="RUNTIME_MONITORING",
        auto_enable=runtime,
        additional_configuration=[
            GuarddutyOrganizationConfigurationFeatureAdditionalConfiguration(
                name="EKS_ADDON_MANAGEMENT", auto_enable=runtime
            )
        ],
        depends_on=[audit_logs],
        # As above: AWS also returns the agents of EC2 and Fargate.
        lifecycle=TerraformResourceLifecycle(ignore_changes=["additional_configuration"]),
    )


def _status(*, on: bool) -> str:
    return "ENABLED" if on else "DISABLED"
