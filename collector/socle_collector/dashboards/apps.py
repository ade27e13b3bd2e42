"""The pages as a Django application."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """Views and templates; no table."""

    name = "socle_collector.dashboards"
    label = "dashboards"
