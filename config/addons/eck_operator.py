"""`platform.eck_operator`."""

from config.addon_settings import AddonSettings


class EckOperatorSettings(AddonSettings):
    """The operator of Elastic Cloud on Kubernetes, which runs Elasticsearch and Kibana."""
