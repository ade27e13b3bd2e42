"""The registry as a Django application."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Devices, given by people; deleted by people."""

    name = "socle_collector.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"
