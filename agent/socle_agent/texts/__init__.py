"""What people read on the command line: French where the machine speaks French or nothing, else English."""

from __future__ import annotations

import os

from socle_agent.texts import catalogue, common, doctor, man, senses, status, usage, why


def is_french() -> bool:
    """Whether French is to be spoken: a French locale, or none, as in a school's image."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if told := os.environ.get(name, ""):
            return told.startswith("fr")
    return True


def say(key: str, /, **values: object) -> str:
    """The text of that key in the reader's language, with its values."""
    return TEXTS[key][0 if is_french() else 1].format(**values)


TEXTS: dict[str, tuple[str, str]] = {
    key: text
    for part in (common, usage, man, catalogue, status, senses, why, doctor)
    for key, text in part.TEXTS.items()
}
"""All texts by key: (French, English)."""
