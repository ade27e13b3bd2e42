"""The command `socle-agent`. What a command needs is imported when it runs: they start fast, and `run` stays small."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from socle_core.dataclass import dataclass

OK, PROBLEM, USAGE, NOT_RUNNING, BROKER, CONFIG = 0, 1, 2, 3, 69, 78


@dataclass(frozen=True, slots=True)
class Command:
    """What a command understands beside `--config`: options, and words of which it needs `least` and takes `most`.

    `word`: what such a word is, by the key of its text.
    """

    options: tuple[str, ...] = ()
    word: str = ""
    least: int = 0
    most: int = 0


COMMANDS = {
    "run": Command(),
    "status": Command(("--json",)),
    "what-is-sent": Command(("--follow",)),
    "totals": Command(("--json",)),
    "doctor": Command(),
    "health": Command(("--json", "--smart")),
    "catalogue check": Command(word="file", most=1000),
    "catalogue explain": Command(("--json",), word="thing", least=1, most=1),
}
"""All commands: help, manual page and completions follow from this table and the texts."""


class UsageError(Exception):
    """A command line that cannot be understood; the key of its text, and what goes into that."""

    def __init__(self, key: str, **values: object) -> None:
        self.key, self.values = key, values
        super().__init__(key)


class Arguments:
    """A command line, understood. `words`: what follows the command, as it was written."""

    def __init__(self, words: Sequence[str]) -> None:
        self.command = ""
        self.config: Path | None = None
        self.flags: set[str] = set()
        self.words: list[str] = []
        rest = list(words)
        while rest:
            self._take(rest)
        self._judge()

    def _take(self, rest: list[str]) -> None:
        word, equals, value = rest.pop(0).partition("=")
        if word == "--config":
            if not equals and not rest:
                raise UsageError("needs_value", word=word)
            self.config = Path(value if equals else rest.pop(0))
        elif word.startswith("-"):
            self.flags.add(word + equals + value)
        elif self.command in COMMANDS:
            self.words.append(word + equals + value)
        else:
            self.command = f"{self.command} {word}".lstrip()
            if not any(f"{name} ".startswith(f"{self.command} ") for name in COMMANDS):
                raise UsageError("unknown_command", word=word)

    def _judge(self) -> None:
        if self.command not in COMMANDS:
            begun = [name for name in COMMANDS if name.startswith(f"{self.command} ")]
            raise UsageError("half_a_command", names=", ".join(begun)) if begun else UsageError("no_command")
        command = COMMANDS[self.command]
        for word in sorted(self.flags.difference(command.options)):
            raise UsageError("unknown_option", command=self.command, word=word)
        if len(self.words) > command.most:
            raise UsageError("too_many_words", command=self.command, word=self.words[command.most])
        if len(self.words) < command.least:
            raise UsageError(f"needs_{command.word}", command=self.command)


def main(words: Sequence[str] | None = None) -> int:
    """Run the command of the command line; return its exit code."""
    words = sys.argv[1:] if words is None else words
    for word in words:
        if word in ("--help", "-h", "--version"):
            return _about(word)
    try:
        arguments = Arguments(words)
    except UsageError as error:
        from socle_agent.texts import say

        print(say("bad_usage", what=say(error.key, **error.values)), file=sys.stderr)  # noqa: T201
        return USAGE
    if arguments.command == "run":
        from socle_agent.serve import serve

        return serve(arguments.config)
    from socle_agent.commands import run

    return run(arguments)


def _about(word: str) -> int:
    from socle_agent import __version__
    from socle_agent.usage import usage

    print(f"socle-agent {__version__}" if word == "--version" else usage())  # noqa: T201
    return OK


if __name__ == "__main__":
    sys.exit(main())
