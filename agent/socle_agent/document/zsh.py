"""Completion for zsh, in French or English as the machine speaks."""

from __future__ import annotations

from socle_agent.cli import COMMANDS
from socle_agent.document.speaking import GLOBAL, first_words, speaking, takes_files
from socle_agent.texts import TEXTS, say

_SCRIPT = """\
#compdef socle-agent
# Completion of socle-agent for zsh. Written by python -m socle_agent.document: change it there.
_socle_agent() {{
    local -a subcommands flags
    local i command=
    for ((i = 2; i < CURRENT; i++)); do
        case $words[i] in
        --config) ((i++)) ;;
        -*) ;;
        *) command="${{command:+$command }}$words[i]" ;;
        esac
    done
    if [[ $words[CURRENT-1] == --config ]]; then
        _files
        return
    fi
    case ${{LC_ALL:-${{LC_MESSAGES:-${{LANG:-fr}}}}}} in
    fr*)
{fr}
        ;;
    *)
{en}
        ;;
    esac
    (($#subcommands)) && _describe command subcommands
    (($#flags)) && _describe -o option flags
    if [[ $command == ({files}) ]]; then
        _files
    fi
}}
_socle_agent "$@"
"""


def script() -> str:
    """The script."""
    files = "|".join(f"'{name}'*" for name in COMMANDS if takes_files(name))
    return _SCRIPT.format(fr=_cases("fr"), en=_cases("en"), files=files)


def _cases(language: str) -> str:
    """What each beginning of a command line leaves open."""
    with speaking(language):
        first = {
            word: say(f"command.{word}" if f"command.{word}" in TEXTS else "man.catalogue") for word in first_words()
        }
        cases = [_case("''", first, GLOBAL)]
        for word, seconds in first_words().items():
            if seconds:
                cases.append(_case(word, {second: say(f"command.{word} {second}") for second in seconds}, ()))
        for name, command in COMMANDS.items():
            cases.append(_case(f"'{name}'{'*' * takes_files(name)}", {}, ("--config", *command.options)))
    return "\n".join(["        case $command in", *cases, "        esac"])


def _case(pattern: str, commands: dict[str, str], options: tuple[str, ...]) -> str:
    told = {option: say(f"option.{option}") for option in options}
    return f"        {pattern}) subcommands=({_list(commands)}) flags=({_list(told)}) ;;"


def _list(described: dict[str, str]) -> str:
    pairs = (f"{word}:{text}".replace("'", "'\\''") for word, text in described.items())
    return " ".join(f"'{pair}'" for pair in pairs)
