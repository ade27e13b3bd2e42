"""Health rows: judged, made coarse, and written when they are news."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from support.clocks import HandClock

from socle_agent.gauge import Gauge
from socle_agent.ledger import Ledger
from socle_agent.vitals import HealthError, Vitals
from socle_core.settings.agent import AgentSettings
from socle_core.wire.messages import Health

HOUR = 3600.0


class Machine:
    """A machine whose health is told."""

    def __init__(self, *, dated: bool = True) -> None:
        numbers = count(1)
        self.clock = HandClock()
        self.clock.ntp = dated
        self.ledger = Ledger.in_memory(lambda: f"{next(numbers):08x}")
        self.gauge = Gauge(self.clock, self.ledger, AgentSettings(), lambda: f"{next(numbers):08x}")
        self.gauge.checkpoint()
        self.network: dict[str, float] = {}
        self.restart()

    def restart(self) -> None:
        """Another run of the agent."""
        self.vitals = Vitals(self.gauge, lambda: self.network)

    def tell(self, part: str = "hourly", **groups: Any) -> bool:
        """A process tells these groups now."""
        return self.vitals.take(part, groups, {}, self.clock.boot)

    def rows(self) -> tuple[Health, ...]:
        """The ledger's rows of health."""
        return self.ledger.message(0, "0" * 8).health


@pytest.fixture
def machine() -> Iterator[Machine]:
    """A machine with a date."""
    made = Machine()
    yield made
    made.ledger.close()


def test_a_row_when_it_is_news_and_at_most_hourly(machine: Machine) -> None:
    """The first is written; the same again is not; another one only an hour after the last."""
    assert machine.tell(battery={"charge": 0.8})
    machine.clock.advance(HOUR)
    assert not machine.tell(battery={"charge": 0.8})
    assert machine.tell(battery={"charge": 0.5})
    machine.clock.advance(HOUR / 2)
    assert not machine.tell(battery={"charge": 0.3})
    machine.clock.advance(HOUR / 2)
    assert machine.tell(battery={"charge": 0.3})
    assert [row.groups["battery"]["charge"] for row in machine.rows()] == [0.8, 0.5, 0.3]


def test_once_a_day_also_when_nothing_changed(machine: Machine) -> None:
    """A machine that stays as it is is told of daily."""
    assert machine.tell(memory={"used": 0.5})
    machine.clock.advance(23 * HOUR)
    assert not machine.tell(memory={"used": 0.5})
    machine.clock.advance(HOUR)
    assert machine.tell(memory={"used": 0.5})


def test_values_are_coarse(machine: Machine) -> None:
    """A reading that moves a little is no news; whole steps stay whole numbers."""
    machine.tell(battery={"charge": 0.8312}, thermal={"max_c": 48.5, "throttled_s": 40}, disk={"used": 0.123456})
    machine.clock.advance(HOUR)
    assert not machine.tell(battery={"charge": 0.8699}, thermal={"max_c": 49, "throttled_s": 70}, disk={"used": 0.1189})
    assert machine.rows()[0].groups == {
        "battery": {"charge": 0.85},
        "thermal": {"max_c": 50, "throttled_s": 60},
        "disk": {"used": 0.12},
    }
    assert isinstance(machine.rows()[0].groups["thermal"]["max_c"], int)


def test_what_the_disk_says_holds_until_it_is_asked_again(machine: Machine) -> None:
    """The daily look at the disk joins the hourly rows, also those after a restart of the agent."""
    assert not machine.tell("smart", disk={"smart": "ok", "hours": 1200}, battery={"charge": 1})
    assert machine.tell(disk={"used": 0.4})
    assert machine.rows()[-1].groups == {"disk": {"smart": "ok", "hours": 1200, "used": 0.4}}
    machine.restart()
    machine.clock.advance(HOUR)
    assert machine.tell(disk={"used": 0.5})
    assert machine.rows()[-1].groups == {"disk": {"smart": "ok", "hours": 1200, "used": 0.5}}
    machine.clock.advance(HOUR)
    machine.tell("smart", disk={})
    assert machine.tell(disk={"used": 0.5})
    assert machine.rows()[-1].groups == {"disk": {"used": 0.5}}


def test_the_connection_joins_the_network(machine: Machine) -> None:
    """What the kernel knows of the connection stands beside what the process found."""
    machine.network = {"rtt_ms": 31.4, "retransmits": 1.2}
    machine.tell(network={"kind": "wifi", "signal_dbm": -61})
    assert machine.rows()[0].groups == {"network": {"kind": "wifi", "signal_dbm": -60, "rtt_ms": 30, "retransmits": 0}}


def test_nothing_that_is_not_in_the_contract_is_kept(machine: Machine) -> None:
    """Keys and groups outside the table are dropped; what is absent stays absent."""
    machine.tell(battery={"charge": 1, "serial": "X1"}, owner={"name": "Y"}, memory={}, peripherals=["camera"])
    assert machine.rows()[0].groups == {"battery": {"charge": 1.0}, "peripherals": ["camera"]}


@pytest.mark.parametrize(
    "bad",
    [
        ("weekly", {}, {}),
        ("hourly", [], {}),
        ("hourly", {}, None),
        ("hourly", {"battery": {"charge": 3}}, {}),
        ("hourly", {"peripherals": ["spy"]}, {}),
    ],
)
def test_what_breaks_the_contract_is_refused(machine: Machine, bad: tuple[str, Any, Any]) -> None:
    """A value outside its limits refuses the whole, and says why."""
    with pytest.raises(HealthError):
        machine.vitals.take(*bad, machine.clock.boot)
    assert machine.rows() == ()


def test_without_a_date_a_row_waits_for_one() -> None:
    """Seen before the date was proved, it belongs to the quarter in which it was seen."""
    machine = Machine(dated=False)
    assert not machine.tell(memory={"used": 0.5})
    machine.clock.advance(HOUR)
    machine.clock.ntp = True
    machine.gauge.checkpoint()
    assert machine.vitals.write()
    assert machine.rows()[0].t == int(machine.clock.wall - HOUR) // 900
    assert not machine.vitals.write()
    machine.ledger.close()


def test_a_ledger_that_fails_gets_it_later(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the ledger cannot be written the row waits, and the trouble is said."""
    import sqlite3

    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(machine.ledger, "add_health", fail)
        assert not machine.tell(memory={"used": 0.5})
    assert machine.gauge.trouble == "disk full"
    assert machine.vitals.write()
