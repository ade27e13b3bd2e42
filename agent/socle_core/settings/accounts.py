"""The kind of the rule that tells whose use an account's is: `"01-mini: pupil"`, and so on in order.

An account's name can be a person's: what is wrong with a rule is told by its number, and never repeats it.
"""

from __future__ import annotations

from socle_core.mistakes import BadValueError, did_you_mean, gather
from socle_core.settings.declare import Kind
from socle_core.wire.limits import PROFILES

Rules = tuple[tuple[str, str], ...]
"""Shell pattern of account names, and the profile of those it fits; the first that fits decides."""


def accounts() -> Kind[Rules]:
    """Return the kind of rules from account names to profiles."""
    return Kind('list of: "name: profile", profile being pupil, teacher or shared', _parse, _dump)


def _parse(raw: object) -> Rules:
    if not isinstance(raw, list):
        raise BadValueError('it is not a list, as in ["01-mini: pupil", "prof*: teacher"]')
    return tuple(gather(_rule, enumerate(raw, 1)))


def _rule(numbered: tuple[int, object]) -> tuple[str, str]:
    number, raw = numbered
    pattern, colon, profile = (part.strip() for part in (raw if isinstance(raw, str) else "").partition(":"))
    if not pattern or not colon:
        raise BadValueError(f'item {number} is not of the form "name: profile"')
    if profile not in PROFILES:
        meant = did_you_mean(profile, PROFILES)
        raise BadValueError(f"item {number}: its profile is none of {', '.join(PROFILES)}{meant}")
    return pattern, profile


def _dump(rules: Rules) -> list[str]:
    return [f"{pattern}: {profile}" for pattern, profile in rules]
