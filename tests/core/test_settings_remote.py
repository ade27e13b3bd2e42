"""Settings that the collector changes while an agent runs."""

import pytest

from socle_core.hours import Hours
from socle_core.settings import remote
from socle_core.settings.agent import AgentSettings
from socle_core.settings.errors import SettingsError

ALL_SIX = {
    "report_every_quarters": 4,
    "checkpoint_s": 30,
    "idle_after_s": 600,
    "hours": "mo-fr 08:00-16:30",
    "timezone": "Indian/Reunion",
    "pause_allowed": False,
}


def test_the_six_settings_of_the_contract() -> None:
    """Exactly the six settings that the contract names may be changed from afar."""
    assert set(remote.LIVE) == set(ALL_SIX)


def test_a_good_set_gives_new_settings() -> None:
    """All six are taken over; the others, and the settings of the files, stay as they were."""
    files = AgentSettings(port=1883)
    changed = remote.apply(files, ALL_SIX)
    assert (changed.checkpoint_s, changed.timezone, changed.pause_allowed) == (30, "Indian/Reunion", False)
    assert changed.hours == Hours.parse("mo-fr 08:00-16:30")
    assert changed.port == 1883
    assert files.checkpoint_s == 60


def test_a_setting_left_out_is_that_of_the_files() -> None:
    """The latest message alone counts: what it leaves out is as the files say."""
    files = AgentSettings(checkpoint_s=50)
    assert remote.apply(files, {"idle_after_s": 60}).checkpoint_s == 50


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("checkpoint_s", 9),
        ("checkpoint_s", 61),
        ("checkpoint_s", 60.0),
        ("report_every_quarters", 97),
        ("idle_after_s", True),
        ("hours", "always"),
        ("hours", None),
        ("timezone", "Mars/Olympus"),
        ("timezone", "../../etc/passwd"),
        ("pause_allowed", "yes"),
        ("host", "elsewhere.example"),
        ("measure.hours", "mo-fr 08:00-17:00"),
    ],
)
def test_one_bad_setting_refuses_the_whole_set(key: str, value: object) -> None:
    """A value out of range, of a wrong type, or of a setting that is not allowed refuses all the others."""
    with pytest.raises(SettingsError) as caught:
        remote.apply(AgentSettings(), {**ALL_SIX, key: value})
    assert [mistake.where for mistake in caught.value.mistakes] == [key]


def test_every_bad_setting_is_told() -> None:
    """A refusal names all that is wrong, so that it is corrected once."""
    with pytest.raises(SettingsError) as caught:
        remote.apply(AgentSettings(), {"checkpoint": 60, "idle_after_s": 1})
    assert "did you mean 'checkpoint_s'?" in str(caught.value)
    assert len(caught.value.mistakes) == 2
