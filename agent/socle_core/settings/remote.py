"""Settings that the collector may change while an agent runs: those declared `live`, and no other."""

from collections.abc import Mapping

from socle_core.generic import Any
from socle_core.mistakes import BadValueError, Mistake, attempt, did_you_mean
from socle_core.settings.agent import AgentSettings
from socle_core.settings.errors import SettingsError

LIVE = {one.key: one for one in AgentSettings.declared() if one.live}


def apply(settings: AgentSettings, values: Mapping[str, object]) -> AgentSettings:
    """Return the settings with those of a Config message; one bad one refuses the whole set (SettingsError).

    `settings` are those of the files: a key that the message leaves out has the value it has there, so that
    the latest message alone, and not the ones before it, says what is in force.
    """
    good: dict[str, Any] = {}
    mistakes: list[Mistake] = []
    for key, raw in values.items():
        if key not in LIVE:
            mistakes.append(Mistake(None, None, key, f"may not be set from afar{did_you_mean(key, LIVE)}"))
            continue
        value = attempt(LIVE[key].check, raw)
        if isinstance(value, BadValueError):
            mistakes.extend(Mistake(None, None, key, reason) for reason in value.reasons)
        else:
            good[LIVE[key].name] = value
    if mistakes:
        raise SettingsError(mistakes)
    return settings.changed(**good)
