"""Completion for bash, in its own words alone."""

from __future__ import annotations

from socle_agent.cli import COMMANDS
from socle_agent.document.speaking import GLOBAL, first_words, takes_files

_SCRIPT = """\
# Completion of socle-agent for bash. Written by python -m socle_agent.document: change it there.
_socle_agent() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} command= w i
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        w=${{COMP_WORDS[i]}}
        case $w in
        --config) ((i++)) ;;
        -* | =) ;;
        *) command=${{command:+$command }}$w ;;
        esac
    done
    if [[ $before == --config ]]; then
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        return
    fi
    case $command in
    '') mapfile -t COMPREPLY < <(compgen -W '{first}' -- "$word") ;;
{cases}
    esac
}}
complete -o filenames -F _socle_agent socle-agent
"""


def script() -> str:
    """The script."""
    cases = [_case(first, f"-W '{' '.join(seconds)}'") for first, seconds in first_words().items() if seconds]
    for name, command in COMMANDS.items():
        options = f"-W '{' '.join(('--config', *command.options))}'"
        cases.append(_case(f"'{name}'*" if takes_files(name) else f"'{name}'", options, files=takes_files(name)))
    return _SCRIPT.format(first=" ".join((*first_words(), *GLOBAL)), cases="\n".join(cases))


def _case(pattern: str, words: str, *, files: bool = False) -> str:
    also = " -f" if files else ""
    return f'    {pattern}) mapfile -t COMPREPLY < <(compgen{also} {words} -- "$word") ;;'
