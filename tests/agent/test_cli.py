"""The command line: what it understands, its exit codes, and what it says in which language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from socle_agent import __version__, cli, texts, workings
from socle_agent.doctor import senses
from socle_agent.tell import ago, told
from socle_core.wire.limits import SENSES

FACTS = {
    "agent": "0.1.0",
    "device": "abcdefgh2345",
    "realm": "test",
    "kind": "cart",
    "enrolled": True,
    "copy": False,
    "catalogue": {"version": "2026.11", "services": 122},
    "senses": {"session": "logind", "programs": "proc", "idle": "none", "focus": "none", "web": "none"},
    "senses_detail": {
        "session": {"means": "logind", "works": True, "why": None},
        "programs": {
            **{
                "means": "proc",
                "works": True,
                "why": None,
                "refused": {"fanotify": "EPERM"},
                "files": 3,
                "services": 2,
            },
            **{"watched": 0, "unseen": [], "lost": 0},
        },
        "idle": {"means": "none", "works": False, "why": "no-helper"},
        "focus": {"means": "none", "works": False, "why": "desktop"},
        "web": {"means": "extension", "works": False, "why": "browser-without-extension"},
        "charging": {"means": "sysfs", "works": True, "why": None},
        "display": {"means": "none", "works": False, "why": "no-driver"},
        "health": {
            **{"means": "process", "works": True, "why": None, "ago_s": 300},
            "groups": {
                "battery": {"ok": True, "ms": 1.0, "absent": 2, "dropped": ["cycle_count"]},
                "disk": {"ok": False, "why": "EIO", "ms": 1.0, "absent": 0},
            },
        },
        "smart": {"means": "none", "works": False, "why": "never"},
        "network": {"means": "none", "works": False, "why": "not-connected"},
    },
    "watched_files": 0,
    "failed": {},
    "clock": {"trusted": True, "synchronised": True},
    "ledger": {"install": "0" * 8, "run": "0" * 8, "head": 12, "acknowledged": 12, "trouble": None},
    "connection": {"state": "connected", "reason": None, "last_ack_s_ago": 200, "caught_up": True},
    "settings": {"hours": "mo-sa 08:00-17:00", "timezone": "Europe/Paris"},
    "from_collector": [],
    "refused_settings": [],
}


@pytest.fixture(autouse=True)
def french(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A French machine."""
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    yield


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ([], "commande"),
        (["stat"], "inconnue : stat"),
        (["status", "totals"], "ne veut pas de : totals"),
        (["catalogue"], "catalogue check, catalogue explain"),
        (["catalogue", "shake"], "inconnue : shake"),
        (["catalogue", "explain"], "demande une adresse"),
        (["catalogue", "check", "--json"], "--json"),
        (["status", "--follow"], "--follow"),
        (["doctor", "--config"], "demande un fichier"),
    ],
)
def test_a_wrong_command_is_told_what_is_wrong(words: list[str], key: str, capsys: pytest.CaptureFixture[str]) -> None:
    """2, and in words what was not understood."""
    assert cli.main(words) == 2
    assert key in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--config", "a.toml", "status"], ["status", "--config=a.toml"]])
def test_the_settings_may_be_named_anywhere(words: list[str]) -> None:
    """Before or after the command, with a space or an equals sign."""
    arguments = cli.Arguments(words)
    assert (arguments.command, arguments.config) == ("status", Path("a.toml"))


def test_version_and_help(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Help names every command, in the language of the machine: French too where none is set."""
    assert cli.main(["--version"]) == 0
    assert __version__ in capsys.readouterr().out
    for language, word in (("", "Usage :"), ("fr_CA", "Usage :"), ("C", "Usage:"), ("en_GB.UTF-8", "Usage:")):
        monkeypatch.setenv("LANG", language)
        assert cli.main(["--help"]) == 0
        text = capsys.readouterr().out
        assert text.startswith(word)
        assert all(command in text for command in cli.COMMANDS)


def test_each_text_has_both_languages_with_the_same_values() -> None:
    """A value that one language shows is shown in the other."""
    for key, (french_text, english_text) in texts.TEXTS.items():
        assert _values(french_text) == _values(english_text), key


def _values(text: str) -> set[str]:
    return {part.partition("}")[0] for part in text.split("{")[1:]}


def settings(folder: Path, text: str = "") -> list[str]:
    """The words that name a settings file of a machine whose agent does not run."""
    file = folder / "agent.toml"
    file.write_text(f'[paths]\nstate = "{folder}/state"\nsocket = "{folder}/run/socket"\n{text}')
    return ["--config", str(file)]


def test_an_agent_that_does_not_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """3, and how to start it."""
    for command in ("status", "what-is-sent"):
        assert cli.main([command, *settings(tmp_path)]) == 3
        assert "systemctl start socle-agent" in capsys.readouterr().err


def test_settings_with_mistakes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """78, and all mistakes."""
    words = settings(tmp_path, '[server]\nprot = 3\n[identity]\nkind = "toy"\n')
    assert cli.main(["status", *words]) == 78
    error = capsys.readouterr().err
    assert "did you mean 'port'" in error
    assert "kind" in error


def test_status_says_what_is_measured_and_what_is_not() -> None:
    """Each sense is named under one of two headings, with its means or its reason."""
    text = told(FACTS)
    measured, missing = text.split("Non mesuré")
    assert "logind" in measured
    assert "/proc toutes les 5 s" in measured
    assert "relevée il y a 5 min" in measured
    assert "un navigateur tourne sans l'extension" in missing
    assert "aucun assistant de session" in missing
    assert "il y a 3 min" in text
    assert "abcdefgh2345" in text


def test_status_says_what_is_wrong() -> None:
    """Every trouble has its line: no connection and why, a clock, a ledger, a sense, settings that were refused."""
    text = told(
        {
            **FACTS,
            "copy": True,
            "failed": {"programs": "OSError"},
            "clock": {"trusted": False, "synchronised": False},
            "ledger": {
                **FACTS["ledger"],
                "trouble": "database or disk is full",
                "damaged": "ledger.db.damaged",
                "dropped": ["2026-09"],
            },
            "connection": {"state": "waiting", "reason": "expired", "last_ack_s_ago": None, "caught_up": False},
            "refused_settings": ["checkpoint_s: is 1, not 10 to 60"],
        }
    )
    for word in (
        "copie",
        "programs a échoué",
        "pas encore prouvée",
        "database or disk is full",
        "ledger.db.damaged",
        "2026-09",
        "a expiré",
        "aucun depuis le démarrage",
        "checkpoint_s",
    ):
        assert word in text


def test_every_state_and_reason_has_words() -> None:
    """Whatever the link or a sense can say, status can tell and doctor can help with."""
    from socle_agent import troubles
    from socle_agent.doctor.network import REMEDY

    reasons = {value for name, value in vars(troubles).items() if name.isupper() and isinstance(value, str)}
    assert {f"why.{reason}" for reason in reasons} <= texts.TEXTS.keys()
    assert set(REMEDY.values()) | {"do.ask"} <= texts.TEXTS.keys()
    assert {"stopped", "connecting", "connected", "waiting", "none"} <= texts.TEXTS.keys()


def test_every_sense_has_words() -> None:
    """Whatever means the contract knows, and whatever reason the agent gives, can be told, with what to do about it."""
    means = {**SENSES, "charging": ("sysfs",), "display": ("sysfs",), "network": ("tcp",)}
    means |= dict.fromkeys(("health", "smart"), ("process",))
    assert set(means) == set(FACTS["senses_detail"]) == set(senses.SENSES)
    for sense, words in means.items():
        assert f"sense.{sense}" in texts.TEXTS
        assert {f"{sense}.{word}" for word in words if word != "none"} <= texts.TEXTS.keys()
    source = Path(workings.__file__).read_text("utf-8")
    reasons = set(re.findall(r'"([a-z]+-[a-z-]+|desktop|never|late)"', source))
    assert len(reasons) >= 10
    for reason in reasons:
        assert f"lack.{reason}" in texts.TEXTS
        assert f"cure.{reason}" in texts.TEXTS or reason in ("never", "late"), reason


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7200, "2 h"), (300000, "3 jours")]
)
def test_lengths_of_time(seconds: float, words: str) -> None:
    """As a person says them."""
    assert ago(seconds) == words


def test_facts_are_json() -> None:
    """What status shows in words is what `--json` prints."""
    assert json.loads(json.dumps(FACTS)) == FACTS
