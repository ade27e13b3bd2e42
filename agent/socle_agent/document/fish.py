"""Completion for fish, in French or English as the machine speaks."""

from __future__ import annotations

from collections.abc import Iterator

from socle_agent.cli import COMMANDS
from socle_agent.document.speaking import GLOBAL, first_words, speaking, takes_files
from socle_agent.texts import TEXTS, say


def script() -> str:
    """The script."""
    lines = [
        "# Completion of socle-agent for fish. Written by python -m socle_agent.document: change it there.",
        "complete -c socle-agent -f",
        "set -l language (string match -rg '^(..)' -- $LC_ALL $LC_MESSAGES $LANG fr)[1]",
        'if test "$language" = fr',
    ]
    for language in ("fr", "en"):
        with speaking(language):
            lines += [f"    {line}" for line in _rules()]
        lines.append("else" if language == "fr" else "end")
    return "\n".join([*lines, ""])


def _rules() -> Iterator[str]:
    for first, seconds in first_words().items():
        told = f"command.{first}" if f"command.{first}" in TEXTS else "man.catalogue"
        yield _rule("__fish_use_subcommand", f"-a {first}", say(told))
        for second in seconds:
            when = f"__fish_seen_subcommand_from {first}; and not __fish_seen_subcommand_from {' '.join(seconds)}"
            yield _rule(when, f"-a {second}", say(f"command.{first} {second}"))
    for name, command in COMMANDS.items():
        when = f"__fish_seen_subcommand_from {name.split()[-1]}"
        for option in command.options:
            yield _rule(when, f"-l {option[2:]}", say(f"option.{option}"))
        if takes_files(name):
            yield _rule(when, "-F", say("word.file"))
    for option in GLOBAL:
        yield _rule("", f"-l {option[2:]}{' -r -F' if option == '--config' else ''}", say(f"option.{option}"))


def _rule(when: str, what: str, told: str) -> str:
    condition = f" -n '{when}'" if when else ""
    quoted = told.replace("\\", "\\\\").replace("'", "\\'")
    return f"complete -c socle-agent{condition} {what} -d '{quoted}'"
