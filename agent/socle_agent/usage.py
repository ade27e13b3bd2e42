"""What `--help` shows: the table of commands, with its texts."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from socle_agent.cli import COMMANDS, Command
from socle_agent.texts import TEXTS, say

EXIT_CODES = tuple(int(key.removeprefix("exit.")) for key in TEXTS if key.startswith("exit."))
COLUMN, WIDTH = 26, 100


def usage() -> str:
    """All commands, in the reader's language."""
    return "\n".join(
        [
            say("usage"),
            "",
            *(line for name in COMMANDS for line in _entry(synopsis(name), told(name))),
            "",
            *_entry(f"--config {say('word.file')}", say("option.--config")),
            "  --version, --help",
            "",
            say("exit"),
            *(f"  {code:<4} {say(f'exit.{code}')}" for code in EXIT_CODES),
        ]
    )


def synopsis(name: str) -> str:
    """A command with its words and options, such as `status [--json]`."""
    command = COMMANDS[name]
    return " ".join([name, *_words(command), *(f"[{option}]" for option in command.options)])


def told(name: str) -> str:
    """What a command does, with what its options but `--json` add."""
    text = say(f"command.{name}")
    for option in COMMANDS[name].options:
        if option != "--json":
            text = say("with_option", text=text, option=option, more=say(f"option.{option}"))
    return text


def _words(command: Command) -> Iterator[str]:
    if command.word:
        word = say(f"word.{command.word}")
        yield f"[{word}…]" if command.most > command.least else word


def _entry(left: str, right: str) -> list[str]:
    lines = textwrap.wrap(right, WIDTH - COLUMN - 2)
    first = f"  {left:<{COLUMN}} {lines.pop(0)}" if len(left) <= COLUMN else f"  {left}"
    return [first, *(f"  {'':<{COLUMN}} {line}" for line in lines)]
