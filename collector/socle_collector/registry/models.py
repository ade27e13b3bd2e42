"""The registry's tables."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models.functions import Now


class Device(models.Model):
    """A machine that may send. Only those listed here are answered."""

    class Kind(models.TextChoices):
        """Where the machine stands (contract, Hello)."""

        FRONT = "front"
        CART = "cart"
        HEAD = "head"
        OTHER = "other"

    id: models.Field[str, str] = models.CharField(primary_key=True, max_length=12)
    """12 characters of a-z and 2-7, random, never derived from the hardware."""
    number = models.GeneratedField(
        expression=models.Func(models.F("id"), function="device_number"),
        output_field=models.BigIntegerField(),
        db_persist=True,
        unique=True,
    )
    """The same 60 bits as the id: the key of every table of facts."""
    realm: models.Field[str, str] = models.CharField(max_length=32)
    kind: models.Field[str, str] = models.CharField(max_length=5, choices=Kind, default="other", db_default="other")
    school: models.Field[str, str] = models.CharField(max_length=8, default="", db_default="")
    """The school's UAI code; empty where nobody told it."""
    label: models.Field[str, str] = models.CharField(max_length=64, default="", db_default="")
    created: models.Field[datetime, datetime] = models.DateTimeField(db_default=Now())
    cloned_at: models.Field[datetime | None, datetime | None] = models.DateTimeField(null=True)
    """When a copy of this machine was seen at work beside it."""

    class Meta:
        """Table name and order of lists."""

        db_table = "devices"
        ordering = ("id",)

    def __str__(self) -> str:
        return self.id
