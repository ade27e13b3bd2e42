"""What readers read: French first, English second."""

from __future__ import annotations

from socle_collector.dashboards.words.machine import MACHINE
from socle_collector.dashboards.words.page import PAGE

WORDS = PAGE | MACHINE
