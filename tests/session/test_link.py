"""The conversation with the agent, when it is not there, comes back, refuses or talks nonsense."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.desktops import Ear, serve

from socle_session import link
from socle_session.link import Link, Settings
from socle_session.loop import Loop


class Talk:
    """A link whose state a test sets."""

    def __init__(self, where: Path) -> None:
        self.loop = Loop()
        self.state: dict[str, Any] = {"request": "session", "focus": ""}
        self.settings: list[Settings] = []
        self.log: list[str] = []
        self.link = Link(self.loop, str(where), lambda: dict(self.state), self.settings.append, self.log.append)

    def tell(self, **news: object) -> None:
        """Change the state."""
        self.state.update(news)
        self.link.changed()

    def until(self, condition: Callable[[], object]) -> None:
        """Serve until then."""
        serve(self.loop, condition)


@pytest.fixture
def talk(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> Talk:
    """A link to an agent that listens, and waits a short time when it does not."""
    monkeypatch.setattr(link, "FIRST_WAIT_S", 0.05)
    monkeypatch.setattr(link, "LONGEST_WAIT_S", 0.2)
    return Talk(ear.path)


def test_each_change_is_told_once(talk: Talk, ear: Ear) -> None:
    """The whole state is told at each change, and not again while it stays the same."""
    for focus in ("a", "a", "b"):
        talk.tell(focus=focus)
        talk.until(lambda: ear.heard and ear.heard[-1]["focus"] == talk.state["focus"])
    assert [said["focus"] for said in ear.heard] == ["", "a", "b"]


def test_changes_that_come_together_are_told_together(talk: Talk, ear: Ear) -> None:
    """Of several changes at one moment, only the last is told."""
    talk.until(lambda: ear.heard)
    for focus in ("a", "b", "c"):
        talk.tell(focus=focus)
    talk.until(lambda: len(ear.heard) > 1)
    assert [said["focus"] for said in ear.heard] == ["", "c"]


def test_the_agent_comes_back(talk: Talk, ear: Ear) -> None:
    """After a restart of the agent the present state is told, not what was missed; the catalogue is read anew."""
    talk.until(lambda: talk.settings)
    ear.close()
    talk.until(lambda: any("waiting" in line for line in talk.log))
    talk.tell(focus="missed")
    talk.tell(focus="now")
    ear.listen()
    talk.until(lambda: len(talk.settings) > 1 and ear.heard[-1]["focus"] == "now")
    assert "missed" not in [said["focus"] for said in ear.heard]
    assert [settings.fresh for settings in talk.settings][:2] == [True, True]


def test_waiting_is_slow_and_silent(tmp_path: Path) -> None:
    """Without an agent the waits grow to a minute, and one line is logged."""
    waits: list[float] = []

    class Recorder(Loop):
        def after(self, name: str, seconds: float, callback: Callable[[], None]) -> None:
            if name == "agent" and len(waits) < 10:
                waits.append(seconds)
                super().after(name, 0, callback)

    talk = Talk.__new__(Talk)
    talk.loop, talk.log, talk.state = Recorder(), [], {}
    Link(talk.loop, str(tmp_path / "nobody"), dict, lambda _settings: None, talk.log.append)
    serve(talk.loop, lambda: len(waits) == 10)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]
    assert len(talk.log) == 1


def test_a_refused_service_is_unknown(talk: Talk, ear: Ear) -> None:
    """When the agent does not know a service, it is told that the front is unknown, once, and then the next change."""
    ear.refuses = {"strange"}
    talk.tell(focus="strange")
    talk.until(lambda: ear.heard and ear.heard[-1]["focus"] is None)
    talk.tell(focus="known")
    talk.until(lambda: ear.heard[-1]["focus"] == "known")
    assert any("refuses" in line for line in talk.log)


def test_an_agent_that_refuses_everything(talk: Talk, ear: Ear) -> None:
    """Two refusals end an exchange: there is nothing less to say."""
    ear.refuses = {"strange", None}  # type: ignore[arg-type]
    talk.tell(focus="strange")
    talk.until(lambda: len(ear.heard) >= 2 and ear.heard[-1]["focus"] is None)
    heard = len(ear.heard)
    ear.say(ear.settings())
    talk.until(lambda: talk.settings)
    assert len(ear.heard) == heard


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense\n",
        b"[]\n",
        b"7\n",
        b"{}\n",
        b"[" * 50_000 + b"\n",
        b'{"idle_after_s":"x","catalogue":[]}\n',
        b'{"idle_after_s":0,"catalogue":[]}\n',
        b'{"idle_after_s":1e999,"catalogue":[]}\n',
        b'{"idle_after_s":300,"catalogue":"/"}\n',
        b'{"idle_after_s":300,"catalogue":[3]}\n',
        b"x" * 70_000,
        b"\xff\xfe\n",
    ],
)
def test_an_agent_that_talks_nonsense(talk: Talk, ear: Ear, line: bytes) -> None:
    """What is no answer ends the connection; another is made later."""
    talk.until(lambda: ear.heard)
    ear.say(line)
    talk.until(lambda: any("waiting" in told for told in talk.log))
    talk.until(lambda: len(ear.heard) > 1)


def test_unasked_settings(talk: Talk, ear: Ear) -> None:
    """Settings that come unasked count, and do not make the catalogue be read again."""
    talk.until(lambda: talk.settings)
    ear.say(json.dumps({"idle_after_s": 60, "catalogue": ["/a"]}).encode() + b"\n")
    talk.until(lambda: talk.settings[-1] == Settings(60, ["/a"], False))
