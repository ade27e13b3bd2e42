"""Settings from the collector: taken whole or not at all, and remembered."""

from __future__ import annotations

from pathlib import Path

import pytest

from socle_agent.orders import Orders
from socle_core.settings.agent import AgentSettings


@pytest.fixture
def given(tmp_path: Path) -> AgentSettings:
    """Settings of the files."""
    return AgentSettings(state=tmp_path, checkpoint_s=50)


def test_a_good_set_is_in_force_and_remembered(given: AgentSettings) -> None:
    """A set is in force at once, and again after a restart."""
    orders = Orders(given)
    assert orders.obey({"checkpoint_s": 30, "report_every_quarters": 4})
    again = Orders(given)
    again.recall()
    for one in (orders, again):
        assert (one.in_force.checkpoint_s, one.in_force.report_every_quarters) == (30, 4)


def test_one_bad_setting_refuses_the_set(given: AgentSettings) -> None:
    """A setting out of range, or one that may not be set from afar, leaves the last good set in force, and is said."""
    orders = Orders(given)
    orders.obey({"checkpoint_s": 30})
    assert not orders.obey({"report_every_quarters": 4, "checkpoint_s": 1, "host": "elsewhere"})
    assert orders.in_force.checkpoint_s == 30
    assert len(orders.refused) == 2
    assert not orders.obey({"checkpoint_s": 30})
    assert orders.refused == ()


def test_the_latest_set_wins_alone(given: AgentSettings) -> None:
    """What the latest set leaves out has the value of the files again."""
    orders = Orders(given)
    orders.obey({"checkpoint_s": 30})
    orders.obey({"report_every_quarters": 2})
    assert orders.in_force.checkpoint_s == 50


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"checkpoint_s": "often"}', '{"nonsense": 1}', "\0\0"])
def test_a_kept_file_that_does_not_hold_is_nothing(given: AgentSettings, text: str) -> None:
    """A damaged or outdated file leaves the settings of the files in force."""
    (given.state / "settings.json").write_text(text)
    orders = Orders(given)
    orders.recall()
    assert orders.in_force == given


def test_a_full_disk_does_not_refuse_settings(given: AgentSettings, caplog: pytest.LogCaptureFixture) -> None:
    """What cannot be kept is in force all the same, and said."""
    orders = Orders(given.changed(state=given.state / "gone"))
    assert orders.obey({"checkpoint_s": 30})
    assert "cannot be kept" in caplog.text
