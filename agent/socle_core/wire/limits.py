"""The numbers, words and patterns of the wire contract that both ends share. Nothing here costs memory."""

from __future__ import annotations

import re

VERSION = 1
MAX_BYTES = 65_536
MAX_LEVELS = 32
MAX_REV = 2**53
MAX_KEY_TEXT = 64
MAX_NAMED_REJECTED = 100

QUARTER_S = 900
DAY_S = 86_400
QUARTERS_PER_DAY = 96

SLOT_MAX_S = 900
SENSES_MAX = 31
DAY_MAX_S = 90_000
UNDATED_MAX_S = 2_147_483_647
MINUTES_MAX = 1440

FIRST_D = 18_262
"""2020-01-01, the first day that a row may be of."""
FIRST_T = FIRST_D * QUARTERS_PER_DAY
AHEAD_D = 2
"""How many days a row may lie ahead of the collector's clock."""

ROW_KINDS = ("slots", "days", "undated", "health", "acts")
PROFILES = ("pupil", "teacher", "shared")
PRESENCE_STATES = ("online", "sleeping", "lost")
COLLECTOR_STATES = ("online", "lost")
DEVICE_KINDS = ("front", "cart", "head", "other")
CLOCK_STATES = ("trusted", "untrusted")
ACT_KINDS = ("training", "visit", "mentoring", "self-study", "help-request", "help-received")
SENSES = {
    "session": ("logind", "utmp", "none"),
    "idle": ("x11", "wayland", "mutter", "none"),
    "focus": ("x11", "wayland", "none"),
    "programs": ("fanotify", "connector", "proc", "none"),
    "web": ("extension", "none"),
}
SENSE_BITS = {"session": 1, "idle": 2, "programs": 4, "web": 8, "focus": 16}

ID = re.compile(r"[0-9a-f]{8}")
"""install, boot, run and ask. Use fullmatch: `$` would let a line feed pass."""
SERVICE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE)
"""Ids of acts: written in lower case, read in either."""
REALM = re.compile(r"[a-z0-9-]{1,32}")
DEVICE = re.compile(r"[a-z2-7]{12}")
MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
AUDIT_SUMS = ("slots", "powered", "observed", "open", "active", "days", "present", "focus")
