"""The table of devices, and the functions that turn names of the wire into numbers and back."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.models.functions import Now

KINDS = [("front", "Front"), ("cart", "Cart"), ("head", "Head"), ("other", "Other")]


class Migration(migrations.Migration):
    """Runs 0001_names.sql, then makes the table."""

    initial = True
    operations: ClassVar[list[Operation]] = [
        migrations.RunSQL(Path(__file__).with_name("0001_names.sql").read_text(encoding="utf-8")),
        migrations.CreateModel(
            name="Device",
            fields=[
                ("id", models.CharField(max_length=12, primary_key=True, serialize=False)),
                (
                    "number",
                    models.GeneratedField(
                        expression=models.Func(models.F("id"), function="device_number"),
                        output_field=models.BigIntegerField(),
                        db_persist=True,
                        unique=True,
                    ),
                ),
                ("realm", models.CharField(max_length=32)),
                ("kind", models.CharField(choices=KINDS, db_default="other", default="other", max_length=5)),
                ("school", models.CharField(db_default="", default="", max_length=8)),
                ("label", models.CharField(db_default="", default="", max_length=64)),
                ("created", models.DateTimeField(db_default=Now())),
                ("cloned_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "devices", "ordering": ("id",)},
        ),
    ]
