"""Tables of facts, marks, quarantine and roll-ups."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.db import migrations
from django.db.migrations.operations.base import Operation


class Migration(migrations.Migration):
    """Runs 0001_facts.sql."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("registry", "0001_devices")]
    operations: ClassVar[list[Operation]] = [
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    ]
