"""The command `socle-agent`. What a command needs is imported when it runs: they start fast, and `run` stays small."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

OK, PROBLEM, USAGE, NOT_RUNNING, BROKER, CONFIG = 0, 1, 2, 3, 69, 78

COMMANDS = {
    "run": ("--config",),
    "status": ("--config", "--json"),
    "what-is-sent": ("--config", "--follow"),
    "totals": ("--config", "--json"),
    "doctor": ("--config",),
}
"""Each command and the options it knows."""


class UsageError(Exception):
    """A command line that cannot be understood; the key of its text, and what goes into that."""

    def __init__(self, key: str, **values: object) -> None:
        self.key, self.values = key, values
        super().__init__(key)


class Arguments:
    """A command line, understood."""

    def __init__(self, words: Sequence[str]) -> None:
        self.command = ""
        self.config: Path | None = None
        self.flags: set[str] = set()
        rest = list(words)
        while rest:
            self._take(rest)
        if not self.command:
            raise UsageError("no_command")
        for word in sorted(self.flags):
            if word not in COMMANDS[self.command]:
                raise UsageError("unknown_option", command=self.command, word=word)

    def _take(self, rest: list[str]) -> None:
        word, equals, value = rest.pop(0).partition("=")
        if word == "--config":
            if not equals and not rest:
                raise UsageError("needs_value", word=word)
            self.config = Path(value if equals else rest.pop(0))
        elif word.startswith("-"):
            self.flags.add(word)
        elif self.command or word not in COMMANDS:
            raise UsageError("unknown_command", word=word)
        else:
            self.command = word


def main(words: Sequence[str] | None = None) -> int:
    """Run the command of the command line; return its exit code."""
    words = sys.argv[1:] if words is None else words
    if words and words[0] in ("--help", "-h", "--version"):
        return _about(words[0])
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

    return run(arguments.command, arguments.config, arguments.flags)


def _about(word: str) -> int:
    from socle_agent import __version__
    from socle_agent.texts import say

    print(f"socle-agent {__version__}" if word == "--version" else say("usage"))  # noqa: T201
    return OK


if __name__ == "__main__":
    sys.exit(main())
