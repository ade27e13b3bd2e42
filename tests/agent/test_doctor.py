"""`doctor` names each problem with its remedy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.agents import DEVICE, Agent
from support.authority import Authority
from support.broker import Broker, free_port

from socle_agent.doctor import Finding, examine
from socle_agent.doctor.senses import SENSES, look_at_senses

CATALOGUE = Path(__file__).parents[2] / "config/catalogue.toml"


@pytest.fixture
def look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Finding]]:
    """Examines a machine with such settings, in English; findings by what they are about."""
    monkeypatch.setenv("LC_ALL", "C")

    def examined(
        port: int = 1,
        server: str = "tls = false",
        extra: str = "",
        catalogue: Path = CATALOGUE,
        state: Path = tmp_path / "state",
    ) -> dict[str, Finding]:
        file = tmp_path / "agent.toml"
        file.write_text(
            f'[identity]\ndevice = "{DEVICE}"\nrealm = "test"\n[server]\nhost = "127.0.0.1"\nport = {port}\n{server}\n'
            f'[measure]\ncatalogue = ["{catalogue}"]\n'
            f'[paths]\nstate = "{state}"\nsocket = "{tmp_path}/run/socket"\n{extra}'
        )
        return {finding.about: finding for finding in examine(file)}

    return examined


def test_settings_and_catalogue(look: Callable[..., dict[str, Finding]], tmp_path: Path) -> None:
    """Mistakes in settings end the examination; those of a catalogue are listed."""
    found = look(extra="[nonsense]\nx = 1\n")
    assert list(found) == ["settings"]
    assert "nonsense" in found["settings"].text
    bad = tmp_path / "bad.toml"
    bad.write_text('version = "2026.11"\n[[service]]\nid = "A B"\n')
    assert look(catalogue=bad)["catalogue"].problem


def test_an_agent_that_does_not_run(look: Callable[..., dict[str, Finding]]) -> None:
    """It says so, and how to start it."""
    found = look()
    assert found["agent"].problem
    assert "systemctl" in found["agent"].remedy
    assert not found["ledger"].problem
    assert not found["room"].problem


def test_no_broker(look: Callable[..., dict[str, Finding]], broker: Broker) -> None:
    """A broker that is there is good; one that is not is told with what to check."""
    assert not look(broker.port)["broker"].problem
    found = look(free_port())["broker"]
    assert "refuses" in found.text
    assert "'port'" in found.remedy


def test_certificates(look: Callable[..., dict[str, Finding]], tmp_path: Path) -> None:
    """A wrong authority, an unreadable file, and a certificate that soon expires are told apart."""
    authority, other = Authority(tmp_path / "tls"), Authority(tmp_path / "other")
    server = Broker(tmp_path, extra=authority.listener(*authority.issue("localhost")))
    server.start()
    cert, key = authority.issue(DEVICE, end=5)
    own = f'cert = "{cert}"\nkey = "{key}"'
    found = look(server.port, f'ca = "{authority.ca}"\n{own}')
    assert not found["broker"].problem
    assert "expires in 4 days" in found["certificate"].text
    assert "expected authority" in look(server.port, f'ca = "{other.ca}"')["broker"].text
    assert look(server.port, f'ca = "{tmp_path}/none"')["certificate"].problem
    server.stop()


def test_a_folder_that_cannot_be_written(look: Callable[..., dict[str, Finding]]) -> None:
    """A ledger that cannot be written is told with the reason."""
    found = look(state=Path("/proc/socle"))["ledger"]
    assert found.problem
    assert "/proc/socle" in found.text


def test_a_damaged_ledger(look: Callable[..., dict[str, Finding]], tmp_path: Path) -> None:
    """A file that is no ledger is told."""
    (tmp_path / "state").mkdir()
    (tmp_path / "state/ledger.db").write_bytes(b"nonsense" * 1000)
    assert look()["ledger"].problem


def test_a_running_agent_is_asked(tmp_path: Path, broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    """What only the running agent knows is asked of it: its senses, and whether it is a copy."""
    monkeypatch.setenv("LC_ALL", "C")
    agent = Agent(tmp_path / "machine", broker.port, programs="proc").start()
    found = {finding.about: finding for finding in examine(agent.config)}
    told = agent.command("doctor")
    agent.close()
    assert not found["agent"].problem
    assert not found["programs"].problem
    assert "settings" in found["programs"].text
    assert set(SENSES) <= found.keys()
    assert "socle-session" in found["idle"].remedy
    assert "lacking" in told.stdout
    assert told.returncode == (1 if any(finding.problem for finding in found.values()) else 0)


def test_exit_codes(tmp_path: Path, broker: Broker) -> None:
    """78 where only the configuration is wrong."""
    agent = Agent(tmp_path / "machine", broker.port, kind="toy")
    assert agent.command("doctor").returncode == 78


SENSE = {"means": "x", "works": True, "why": None}


def seen(**told: dict[str, object]) -> dict[str, Finding]:
    """What is found of senses of which an agent tells this."""
    return {one.about: one for one in look_at_senses({"failed": {}, "senses_detail": told})}


def lost(why: str) -> dict[str, object]:
    """A sense that does not work."""
    return {"means": "none", "works": False, "why": why}


def programs(means: str, refused: dict[str, str], unseen: list[str]) -> dict[str, object]:
    """The sense of programs."""
    return {**SENSE, "means": means, "refused": refused, "unseen": unseen, "watched": 4}


def test_what_a_machine_lacks_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """A desktop that cannot tell, or no battery, is told with what would change it; a helper that died is a problem."""
    monkeypatch.setenv("LC_ALL", "C")
    found = seen(focus=lost("desktop"), charging=lost("no-driver"), idle=lost("session-without-helper"))
    assert [found[name].problem for name in ("focus", "charging", "idle")] == [False, False, True]
    assert "X11" in found["focus"].remedy
    assert str(found["focus"]).startswith("lacking  program in front: this desktop")


@pytest.mark.parametrize(
    ("errno", "why", "cure"),
    [
        ("EPERM", "CAP_SYS_ADMIN", "systemd"),
        ("ENOSYS", "too old", "5.15"),
        ("unanswered", "container", "outside"),
        ("EMFILE", "error EMFILE", "journal"),
    ],
)
def test_what_refused_the_best_means(errno: str, why: str, cure: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the kernel's own events were refused, it is told by whom and what would allow them."""
    monkeypatch.setenv("LC_ALL", "C")
    found = seen(programs=programs("connector", {"fanotify": errno}, ["geogebra"]))
    assert found["programs"].problem
    assert why in found["programs"].text
    assert cure in found["programs"].remedy
    assert "geogebra" in found["unseen"].text


def test_each_group_of_health(monkeypatch: pytest.MonkeyPatch) -> None:
    """A group that failed is a problem, absurd values are told, and the others stay good."""
    monkeypatch.setenv("LC_ALL", "C")
    groups = {
        "disk": {"ok": False, "why": "EIO", "absent": 0},
        "battery": {"ok": True, "absent": 2, "dropped": ["wear"]},
    }
    found = seen(health={**SENSE, "means": "process", "ago_s": 60, "groups": groups})
    assert not found["health"].problem
    assert "'disk' could not be read (EIO)" in found["health.disk"].text
    assert "2 absurd values put aside (wear)" in str(found["health.battery.absurd"])


def test_without_an_agent_every_sense_is_named(look: Callable[..., dict[str, Finding]]) -> None:
    """An agent that does not run measures nothing: each sense says so."""
    found = look()
    assert all("does not run" in found[name].text for name in SENSES)
