"""The tables of facts as a Django application: migrations, and no model."""

from django.apps import AppConfig


class IngestConfig(AppConfig):
    """Its tables are written by plain SQL and read by plain SQL."""

    name = "socle_collector.ingest"
    label = "ingest"
