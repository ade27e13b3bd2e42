"""What is wrong with settings, all of it at once."""

from socle_core.mistakes import MistakesError


class SettingsError(MistakesError):
    """Settings that cannot be used; `mistakes` holds every one found. Programs exit 78 (EX_CONFIG)."""

    what = "the settings"
