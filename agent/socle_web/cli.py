"""The command `socle-web`: build, install, remove."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from socle_core import catalogue
from socle_core.mistakes import MistakesError
from socle_core.settings.agent import AgentSettings, load_agent
from socle_web import install, patterns, places, tree
from socle_web.crx import KeyFileError, signer
from socle_web.numbers import number
from socle_web.package import Recipe
from socle_web.words import say, usage

OK, PROBLEM, USAGE, UNAVAILABLE, CANNOT_CREATE, CONFIG = 0, 1, 2, 69, 73, 78
MADE_WITH = ("--config", "--catalogue", "--state", "--every")
COMMANDS = {
    "build": (*MADE_WITH, "--out"),
    "install": (*MADE_WITH, "--from", "--root"),
    "remove": ("--root",),
}
"""Each command and its options; each option takes a value."""


class UsageError(Exception):
    """A command line that cannot be understood, or a folder that will not do; the text says why."""


@dataclass
class Arguments:
    """A command line, understood."""

    command: str = ""
    options: dict[str, list[str]] = field(default_factory=dict)

    def path(self, option: str, default: str | None = None) -> Path | None:
        """Return the path that was given last, or the default."""
        given = self.options.get(option, [] if default is None else [default])
        return Path(given[-1]) if given else None

    def every(self) -> float:
        """Return the minutes between two batches."""
        text = self.options.get("--every", ["1"])[-1]
        if text not in ("1", "2", "3", "4", "5"):
            raise UsageError(say("bad_every"))
        return int(text)


def main(words: Sequence[str] | None = None) -> int:
    """Run the command of the command line; return its exit code."""
    words = sys.argv[1:] if words is None else words
    if words and words[0] in ("--help", "-h"):
        return _tell(usage())
    try:
        return _run(understand(words))
    except UsageError as error:
        return _complain(say("bad_usage", what=error), USAGE)
    except (MistakesError, KeyFileError) as error:
        return _complain(str(error), CONFIG)
    except ImportError:
        return _complain(say("no_library"), UNAVAILABLE)
    except OSError as error:
        return _complain(say("cannot_write", path=error.filename, why=error.strerror), CANNOT_CREATE)


def understand(words: Sequence[str]) -> Arguments:
    """Understand a command line, or raise UsageError."""
    arguments, rest = Arguments(), list(words)
    while rest:
        word, equals, value = rest.pop(0).partition("=")
        if not word.startswith("-") and not arguments.command and word in COMMANDS:
            arguments.command = word
        elif not word.startswith("-"):
            raise UsageError(say("unknown_command", word=word))
        elif not equals and not rest:
            raise UsageError(say("needs_value", word=word))
        else:
            arguments.options.setdefault(word, []).append(value if equals else rest.pop(0))
    return _checked(arguments)


def _checked(arguments: Arguments) -> Arguments:
    if not arguments.command:
        raise UsageError(say("no_command"))
    for word in arguments.options:
        if word not in COMMANDS[arguments.command]:
            raise UsageError(say("unknown_option", word=word, command=arguments.command))
    if arguments.command == "build" and "--out" not in arguments.options:
        raise UsageError(say("needs_out"))
    return arguments


def _run(arguments: Arguments) -> int:
    out, root = arguments.path("--out"), arguments.path("--root", "/") or Path("/")
    if arguments.command == "remove":
        return _settled(install.remove(root), say("removed"))
    if out is not None:
        if out.exists() and any(out.iterdir()):
            raise UsageError(say("not_empty", path=out))
        tree.write(_made(arguments, out), out)
        return OK
    made = arguments.path("--from")
    files = _made(arguments, root) if made is None else tree.read(made)
    if places.CRX not in files:
        raise UsageError(say("no_build", path=made))
    return _settled(install.install(files, root), say("installed"))


def _made(arguments: Arguments, where: Path) -> tree.Tree:
    """Make all files and say what they are."""
    state = arguments.path("--state", places.STATE) or Path()
    services, socket = _wanted(arguments)
    recipe = Recipe(services, signer(state / "key.pem"), socket, arguments.every())
    version = number(state, recipe.digest())
    seen = [*patterns.sites(services), *patterns.files(services)]
    told = {"services": len(services.services), "patterns": len(seen), "number": version, "out": where}
    _tell(say("built", extension=recipe.signer.id, **told))
    return tree.tree(recipe, version)


def _wanted(arguments: Arguments) -> tuple[catalogue.Catalogue, Path]:
    """Return the catalogue, and the socket of the agent."""
    named = [Path(path).absolute() for path in arguments.options.get("--catalogue", ())]
    settings = AgentSettings() if named else load_agent(arguments.path("--config"))
    return catalogue.load(named or settings.catalogue), settings.socket


def _settled(left: list[install.Left], done: str) -> int:
    _tell(done)
    for one in left:
        lines = (one.lines or b"").decode()
        _complain(say("add_lines" if lines else "changed_since", path=one.path, lines=lines), PROBLEM)
    return PROBLEM if left else OK


def _tell(text: str) -> int:
    print(text)  # noqa: T201
    return OK


def _complain(text: str, code: int) -> int:
    print(text, file=sys.stderr)  # noqa: T201
    return code


if __name__ == "__main__":
    sys.exit(main())
