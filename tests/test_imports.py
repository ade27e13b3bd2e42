"""Who may import whom (docs/architecture.md), over every module of the tree, at any depth of its code."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = (ROOT / "agent", ROOT / "collector")
PURE = ("socle_core", "socle_agent.growth", "socle_agent.quarters", "socle_agent.state")
INPUT_AND_OUTPUT = (
    "asyncio",
    "ctypes",
    "os",
    "pathlib",
    "select",
    "signal",
    "socket",
    "ssl",
    "subprocess",
    "threading",
)
LIBRARIES = ("django", "psycopg", "paho", "msgspec", "gunicorn", "whitenoise")


@dataclass(frozen=True)
class Rule:
    """Modules named `of` import, beside the standard library without `never`, what `may` names, and themselves."""

    of: str
    may: tuple[str, ...]
    never: tuple[str, ...] = ()
    siblings: bool = True
    """Whether modules of one package, such as two senses, may import one another."""

    def allows(self, importer: str, imported: str) -> bool:
        """Whether this module may import that one."""
        if _within(imported, self.never):
            return False
        if _within(imported, self.may) or imported.partition(".")[0] in sys.stdlib_module_names:
            return True
        return _within(imported, (self.of,)) if self.siblings else _within(imported, (importer,))


# For each module the rule with the longest name holds.
RULES = (
    Rule("socle_core", may=("tomli",)),
    Rule("socle_agent", may=("socle_core",)),
    *(
        Rule(f"socle_agent.{pure}", may=PURE, never=(*INPUT_AND_OUTPUT, "sqlite3", "time"))
        for pure in ("growth", "quarters", "state", "meter")
    ),
    *(
        Rule(f"socle_agent.boots.{pure}", may=PURE, never=(*INPUT_AND_OUTPUT, "sqlite3", "time"))
        for pure in ("fill", "stretches")
    ),
    Rule("socle_agent.sync", may=(*PURE, "socle_agent.ledger"), never=(*INPUT_AND_OUTPUT, "sqlite3", "time")),
    Rule("socle_agent.ledger", may=PURE, never=("asyncio", "socket", "ssl", "subprocess", "threading", "time")),
    Rule("socle_agent.mqtt", may=("socle_core", "socle_agent", "paho")),
    *(
        Rule(
            f"socle_agent.senses{sense}",
            may=("socle_core", "socle_agent.roots", "socle_agent.loop", "socle_agent.fanotify_group"),
            siblings=bool(sense),
        )
        for sense in ("", ".sessions", ".programs")  # those of several files know their own
    ),
    # A group of health values knows how to read, and no other group; the command joins them.
    Rule("socle_agent.health", may=("socle_core", "socle_agent.health.reader", "psutil"), siblings=False),
    *(
        Rule(f"socle_agent.health.{joining}", may=("socle_core", "socle_agent", "psutil"))
        for joining in ("command", "document", "groups", "reader", "world")
    ),
    Rule("socle_agent.health.peripherals", may=("socle_core", "socle_agent.health.reader")),
    Rule("socle_session", may=("socle_core",)),
    Rule("socle_tray", may=("socle_core", "gi")),
    Rule("socle_web", may=("socle_core",)),
    Rule("socle_web.crx", may=("socle_core", "cryptography")),
    Rule("socle_collector", may=("socle_core", *LIBRARIES)),
    Rule(
        "socle_collector.ingest",
        may=("socle_core", "socle_collector", *LIBRARIES),
        never=("socle_collector.dashboards",),
    ),
    Rule(
        "socle_collector.dashboards",
        may=("socle_core", "socle_collector", "django"),
        never=("paho", "socle_core.wire", "socle_collector.ingest"),
    ),
    # A virtual device is made of the real agent's pure parts: what it shows is what a machine would do.
    Rule(
        "socle_collector.simulate",
        may=(
            "socle_core",
            "socle_collector",
            *LIBRARIES,
            *(f"socle_agent.{p}" for p in ("meter", "growth", "state", "ledger", "sync")),
        ),
    ),
    Rule("socle_collector.demo", may=("socle_core", "socle_collector", "psycopg", "paho", "amqtt")),
)


def violations(modules: Mapping[str, str]) -> list[str]:
    """Each import, in these sources by module name, that the rules forbid."""
    found = []
    for importer, source in sorted(modules.items()):
        rule = max((r for r in RULES if _within(importer, (r.of,))), key=lambda r: len(r.of), default=None)
        assert rule is not None, f"no rule for {importer}"
        found += [
            f"{importer} imports {name}" for name in _imports(importer, source) if not rule.allows(importer, name)
        ]
    return found


def _within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def _imports(importer: str, source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{importer}: write relative imports out"
            # `from package import name`: the name may be a module of the package.
            yield from ((f"{node.module}.{alias.name}") for alias in node.names)


def _tree() -> dict[str, str]:
    return {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path.read_text("utf-8")
        for root in SOURCES
        for path in root.rglob("*.py")
    }


def test_the_tree() -> None:
    """No module of the tree imports what it must not know."""
    tree = _tree()
    assert len(tree) > 20
    assert violations(tree) == []


@pytest.mark.parametrize(
    ("importer", "planted"),
    [
        ("socle_core.wire.topics", "import paho"),
        ("socle_core.clock", "from socle_agent.meter import Meter"),
        ("socle_agent.meter", "import time"),
        ("socle_agent.meter", "from socle_agent.ledger import Ledger"),
        ("socle_agent.sync", "def f():\n    import socket"),
        ("socle_agent.ledger.send", "from urllib import request\nimport ssl"),
        ("socle_agent.app", "from paho.mqtt import client"),
        ("socle_agent.app", "from socle_collector import demo"),
        ("socle_agent.senses.programs", "from socle_agent.senses import sessions"),
        ("socle_agent.senses.power", "from socle_agent.health.battery import read"),
        ("socle_collector.ingest.writer", "from socle_collector.dashboards import views"),
        ("socle_collector.dashboards.views", "import paho.mqtt.client"),
        ("socle_collector.registry.models", "from socle_agent.sync import Sync"),
        ("socle_collector.simulate.device", "from socle_agent import app"),
        ("socle_session.helper", "from socle_agent.loop import Loop"),
        ("socle_tray.item", "import socle_agent.ledger"),
    ],
)
def test_a_planted_import(importer: str, planted: str) -> None:
    """An import that breaks a rule is found, wherever it stands."""
    assert len(violations({importer: f'"""."""\nfrom socle_core.clock import Reading\n{planted}\n'})) == 1


def test_what_is_allowed() -> None:
    """The ways that the architecture lays out are open."""
    allowed = {
        "socle_agent.app": "from socle_agent.senses import programs\nfrom socle_agent import mqtt",
        "socle_agent.mqtt": "from paho.mqtt import client",
        "socle_agent.senses.programs": "import socle_agent.senses.programs.proc\nfrom socle_agent.roots import Roots",
        "socle_collector.simulate.device": "from socle_agent.ledger import Ledger",
        "socle_core.tomlfile": "import tomli",
    }
    assert violations(allowed) == []
